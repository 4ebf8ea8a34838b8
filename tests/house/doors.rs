//! Doors and their names: a module is a folder, or a file, and bears the name that `LoadModule` and `a2enmod` know it by.

use std::{collections::BTreeMap, fs, path::Path};

use regex::Regex;
use syn::{Expr, GenericArgument, ImplItem, Item, Lit, PathArguments, Type};

use crate::{
    assert_none, root,
    tree::{File, Tree},
};

#[test]
fn a_directive_is_in_the_room_of_its_module() {
    let tree = Tree::of("src/lib.rs");
    let configurations: Vec<_> = tree
        .files()
        .flat_map(|file| configurations(file).map(move |(name, room)| (name, room, file)))
        .collect();
    let directives: Vec<_> =
        tree.files().flat_map(|file| directives(file).map(move |(name, of)| (name, of, file))).collect();
    assert!(configurations.len() > 3 && directives.len() > 20, "the test finds them no more");

    let rooms: BTreeMap<_, _> = configurations.iter().map(|(name, room, _)| (name, room)).collect();
    let of_directives = directives.iter().map(|(name, of, file)| (name, rooms[of], file));
    let astray = configurations.iter().map(|(name, room, file)| (name, room, file)).chain(of_directives);
    let astray = astray.filter(|(_, room, file)| !is_in(file, room));
    let astray: Vec<_> =
        astray.map(|(name, room, file)| format!("{name} of {room}: {}", file.path)).collect();
    assert_none("not where LoadModule's name says", &astray);
}

#[test]
fn an_lbmethod_is_in_the_file_of_its_module() {
    let text = fs::read_to_string(root().join("src/proxy/mod_proxy/balancer/lb_method.rs")).unwrap();
    let names: Vec<_> =
        Regex::new("\"(by[a-z]+)\"").unwrap().captures_iter(&text).map(|name| name[1].to_owned()).collect();
    assert!(names.len() > 2, "{names:?}");
    for name in names {
        let file = format!("src/proxy/mod_proxy_balancer/mod_lbmethod_{name}.rs");
        assert!(root().join(&file).is_file(), "there is no {file}");
    }
}

/// Flask's `--app` leaves out `.py`.
#[test]
fn every_file_that_is_named_is_there() {
    let mut named: Vec<_> =
        fs::read_dir(root().join("book/src")).unwrap().map(|entry| entry.unwrap().path()).collect();
    named.push(root().join("README.md"));
    let name = Regex::new(r"(?m)(?:^|[\s`(])((?:src|lessons|tests|benches|book|fuzz)/[\w/.-]*)").unwrap();
    let (mut found, mut missing) = (0, Vec::new());
    for text in named.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
        for captures in name.captures_iter(&fs::read_to_string(text).unwrap()) {
            let path = Path::new(captures[1].trim_end_matches('.')).to_owned();
            found += 1;
            if !root().join(&path).exists() && !root().join(path.with_extension("py")).exists() {
                missing.push(format!("{} names {}", text.display(), path.display()));
            }
        }
    }
    assert!(found > 20, "{found}");
    assert_none("these are not there", &missing);
}

fn is_in(file: &File, room: &str) -> bool {
    let path = file.path.strip_prefix("src/proxy/").unwrap_or_default();
    path == format!("{room}.rs") || path.starts_with(&format!("{room}/"))
}

/// `impl Module for ModProxy { const NAME: … = Some("proxy"); … }`: the type, and the room that it belongs to.
fn configurations(file: &File) -> impl Iterator<Item = (String, String)> {
    file.syntax.items.iter().filter_map(|item| {
        let Item::Impl(item) = item else { return None };
        let (path, _) = item.trait_.as_ref()?;
        if !path.is_ident("Module") {
            return None;
        }
        let name = item.items.iter().find_map(|item| match item {
            ImplItem::Const(constant) if constant.ident == "NAME" => Some(&constant.expr),
            _ => None,
        })?;
        let room = match name {
            Expr::Call(some) => match some.args.first()? {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(name) => format!("mod_{}", name.value()),
                    _ => return None,
                },
                _ => return None,
            },
            _ => "core".to_owned(),
        };
        Some((last(&item.self_ty)?, room))
    })
}

/// `const PROXY_PASS: Directive<ModProxy>`: its name, and the type.
fn directives(file: &File) -> impl Iterator<Item = (String, String)> {
    file.syntax.items.iter().filter_map(|item| {
        let Item::Const(item) = item else { return None };
        let Type::Path(path) = &*item.ty else { return None };
        let segment = path.path.segments.last().filter(|segment| segment.ident == "Directive")?;
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
        let GenericArgument::Type(of) = arguments.args.first()? else { return None };
        Some((item.ident.to_string(), last(of)?))
    })
}

/// The last name of a type's path.
fn last(of: &Type) -> Option<String> {
    let Type::Path(path) = of else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}
