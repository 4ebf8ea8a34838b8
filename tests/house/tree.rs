//! The files of a crate, and what each of them uses. What is there for tests only is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, ImplItemFn, Item, ItemMod, ItemUse, Macro, UseTree, Visibility,
    visit::{self, Visit},
};

use crate::root;

/// The crates of this package, each by its first file.
pub const CRATES: [&str; 4] =
    ["src/lib.rs", "lessons/main.rs", "benches/peers/main.rs", "benches/faults/main.rs"];

/// A crate's files, by module: `["crate", "proxy"]` is `src/proxy/mod.rs`.
pub struct Tree {
    files: BTreeMap<Names, File>,
    /// By a file's path, the modules of those that it uses.
    used: BTreeMap<String, BTreeSet<Names>>,
}

type Names = Vec<String>;

/// One file.
pub struct File {
    /// Its path, from the package's root on.
    pub path: String,
    pub syntax: syn::File,
    /// Every path in it that has `::`, from `crate` on or from the name of another crate; not those of `pub use`, which
    /// pass on what others use.
    pub uses: Vec<Names>,
    /// What its `use` lines name, by the name it has then.
    imported: BTreeMap<String, Names>,
}

impl Tree {
    /// The crate whose first file this is.
    pub fn of(first: &str) -> Self {
        let mut tree = Self { files: BTreeMap::new(), used: BTreeMap::new() };
        let path = root().join(first);
        tree.read(&path, path.parent().unwrap(), &["crate".to_owned()]);
        let used = |(module, file): (&Names, &File)| {
            let used =
                file.uses.iter().filter_map(|names| tree.find(names, 0)).filter(|used| *used != module);
            (file.path.clone(), used.cloned().collect())
        };
        tree.used = tree.files.iter().map(used).collect();
        tree
    }

    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The other files of the crate that a file uses.
    pub fn used<'a>(&'a self, file: &'a File) -> impl Iterator<Item = &'a File> {
        self.used[&file.path].iter().map(|module| &self.files[module])
    }

    /// The module that has what is named so, also if another one passes the name on.
    fn find(&self, names: &[String], depth: usize) -> Option<&Names> {
        let (module, file) =
            (1..=names.len()).rev().find_map(|length| self.files.get_key_value(&names[..length]))?;
        let name = names.get(module.len());
        match name.and_then(|name| file.imported.get(name)).filter(|_| depth < 9) {
            Some(real) => self.find(&[real, &names[module.len() + 1..]].concat(), depth + 1),
            None => Some(module),
        }
    }

    /// Reads a file and those of the modules that it declares, which are in `folder`.
    fn read(&mut self, path: &Path, folder: &Path, module: &[String]) {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut found = Found::default();
        found.visit_file(&syntax);
        let absolute = |names: &Names| absolute(names, module, &found.children);
        let file = File {
            path: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(),
            uses: found.paths.iter().map(absolute).collect(),
            imported: found.imports.iter().map(|(name, names)| (name.clone(), absolute(names))).collect(),
            syntax,
        };
        self.files.insert(module.to_vec(), file);
        for (name, elsewhere) in found.children {
            let module = [module, std::slice::from_ref(&name)].concat();
            let path = match elsewhere {
                Some(elsewhere) => path.parent().unwrap().join(elsewhere).canonicalize().unwrap(),
                None => {
                    let own = folder.join(format!("{name}.rs"));
                    if own.is_file() { own } else { folder.join(&name).join("mod.rs") }
                }
            };
            let of_folder = path.ends_with("mod.rs");
            let folder = if of_folder { path.parent().unwrap().to_owned() } else { folder.join(&name) };
            self.read(&path, &folder, &module);
        }
    }
}

/// A path from `crate` on; another crate's stays as it is.
fn absolute(names: &Names, module: &[String], children: &BTreeMap<String, Option<PathBuf>>) -> Names {
    match names[0].as_str() {
        "crate" => names.clone(),
        "self" => [module, &names[1..]].concat(),
        "super" => {
            let up = names.iter().take_while(|name| *name == "super").count();
            [&module[..module.len().saturating_sub(up)], &names[up..]].concat()
        }
        child if children.contains_key(child) => [module, names].concat(),
        _ => names.clone(),
    }
}

/// What a file has, as it is written.
#[derive(Default)]
struct Found {
    paths: Vec<Names>,
    imports: Vec<(String, Names)>,
    /// Its modules that are files, and where those are, if that is said.
    children: BTreeMap<String, Option<PathBuf>>,
}

impl Found {
    fn import(&mut self, tree: &UseTree, mut before: Names) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.imports.push((before.last().cloned().unwrap_or_default(), before));
            }
            UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.imports.push((name.ident.to_string(), before));
            }
            UseTree::Rename(name) => {
                if name.ident != "self" {
                    before.push(name.ident.to_string());
                }
                self.imports.push((name.rename.to_string(), before));
            }
            UseTree::Glob(_) => self.paths.push(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before.clone())),
        }
    }
}

impl<'a> Visit<'a> for Found {
    fn visit_item(&mut self, item: &'a Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        if module.content.is_none() {
            let elsewhere = module.attrs.iter().find_map(|attribute| {
                let value =
                    &attribute.meta.require_name_value().ok().filter(|m| m.path.is_ident("path"))?.value;
                let syn::Expr::Lit(literal) = value else { return None };
                let syn::Lit::Str(path) = &literal.lit else { return None };
                Some(PathBuf::from(path.value()))
            });
            self.children.insert(module.ident.to_string(), elsewhere);
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        let before = self.imports.len();
        self.import(&item.tree, Names::new());
        if !matches!(item.vis, Visibility::Public(_)) {
            self.paths.extend(self.imports[before..].iter().map(|(_, names)| names.clone()));
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.segments.len() > 1 {
            self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    /// What a macro is given is no syntax yet: its paths are looked for in the text.
    fn visit_macro(&mut self, called: &'a Macro) {
        let text = called.tokens.to_string().replace(' ', "");
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let paths = words.filter(|word| word.contains("::") && !word.starts_with(':'));
        self.paths.extend(paths.map(|path| path.split("::").map(str::to_owned).collect::<Names>()));
        visit::visit_macro(self, called);
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list().ok().filter(|list| list.path.is_ident("cfg"));
        list.is_some_and(|list| ["test", "doctest"].contains(&list.tokens.to_string().as_str()))
    })
}
