//! A head that is changed in any way is what a plain list of names and values would be.

use proptest::{prelude::*, sample::select};

use crate::proxy::http1::{
    head::Head,
    name::{HOST, Name, VIA},
};

/// A field's name as it is written, and its value.
type Field = (String, Vec<u8>);

/// A change of a head.
#[derive(Clone, Debug)]
enum Change {
    Set(String, Vec<u8>),
    Add(String, Vec<u8>),
    Extend(String, Vec<u8>),
    Remove(String),
    /// Another value for those that hold this byte.
    Rewrite(String, u8, Vec<u8>),
    MoveLast(String),
    Merge,
}

fn change() -> impl Strategy<Value = Change> {
    // Known to the proxy or not, in several spellings.
    let name = || select(vec!["Host", "hOST", "Via", "VIA", "Set-Cookie", "X-A", "x-a", "X-Unknown", "e"]);
    let name = move || name().prop_map(str::to_owned);
    let byte = || prop_oneof![Just(b'a'), Just(b','), Just(b'\t'), Just(0xff), any::<u8>()];
    let value = move || prop::collection::vec(byte(), 0..6);
    prop_oneof![
        (name(), value()).prop_map(|(name, value)| Change::Set(name, value)),
        (name(), value()).prop_map(|(name, value)| Change::Add(name, value)),
        (name(), value()).prop_map(|(name, value)| Change::Add(name, value)),
        (name(), value()).prop_map(|(name, value)| Change::Extend(name, value)),
        name().prop_map(Change::Remove),
        (name(), byte(), value()).prop_map(|(name, byte, value)| Change::Rewrite(name, byte, value)),
        name().prop_map(Change::MoveLast),
        Just(Change::Merge),
    ]
}

/// As the head does it.
fn change_head(head: &mut Head, change: &Change) {
    match change {
        Change::Set(name, value) => head.set(Name::new(name), value),
        Change::Add(name, value) => head.add(Name::new(name), value),
        Change::Extend(name, value) => head.extend(Name::new(name), value),
        Change::Remove(name) => head.remove(Name::new(name)),
        Change::Rewrite(name, byte, value) => head.rewrite(Name::new(name), |old, new| {
            new.extend_from_slice(value);
            old.contains(byte)
        }),
        Change::MoveLast(name) => head.move_last(Name::new(name)),
        Change::Merge => head.merge_repeated(),
    }
}

/// As a list does it; a value with a control character is none (RFC 9110 §5.5).
fn change_list(list: &mut Vec<Field>, change: &Change) {
    let is_value = |value: &[u8]| value.iter().all(|byte| *byte == b'\t' || !byte.is_ascii_control());
    let called = |name: &str| {
        let name = name.to_owned();
        move |field: &Field| field.0.eq_ignore_ascii_case(&name)
    };
    match change {
        Change::Set(_, value) | Change::Add(_, value) | Change::Extend(_, value) if !is_value(value) => {}
        Change::Set(name, value) => match list.iter().position(called(name)) {
            Some(at) => {
                list[at].1.clone_from(value);
                let mut number = 0;
                list.retain(|field| {
                    number += 1;
                    number - 1 <= at || !called(name)(field)
                });
            }
            None => list.push((name.clone(), value.clone())),
        },
        Change::Add(name, value) => list.push((name.clone(), value.clone())),
        Change::Extend(name, value) => match list.iter().position(called(name)) {
            Some(at) => list[at].1 = [&list[at].1, &b", "[..], value].concat(),
            None => list.push((name.clone(), value.clone())),
        },
        Change::Remove(name) => list.retain(|field| !called(name)(field)),
        Change::Rewrite(name, byte, value) if is_value(value) => {
            for field in list.iter_mut().filter(|field| called(name)(field) && field.1.contains(byte)) {
                field.1.clone_from(value);
            }
        }
        Change::Rewrite(..) => {}
        Change::MoveLast(name) => {
            let (last, others): (Vec<_>, Vec<_>) = list.drain(..).partition(called(name));
            *list = [others, last].concat();
        }
        Change::Merge => {
            let mut merged: Vec<Field> = Vec::new();
            for (name, value) in list.drain(..) {
                match merged.iter_mut().find(|field| called(&name)(field)) {
                    Some(first) => first.1 = [&first.1, &b", "[..], &value].concat(),
                    None => merged.push((name, value)),
                }
            }
            *list = merged;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_head_is_a_list(changes in prop::collection::vec(change(), 0..20)) {
        let (mut head, mut list) = (Head::default(), Vec::new());
        for change in &changes {
            change_head(&mut head, change);
            change_list(&mut list, change);
            let fields = head.fields().map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.to_vec()));
            prop_assert_eq!(&fields.collect::<Vec<_>>(), &list, "after {:?}", change);
        }
        for name in [HOST, VIA, Name::new("x-A")] {
            let all = list.iter().filter(|field| field.0.eq_ignore_ascii_case(name.as_str()));
            prop_assert!(head.all(name).eq(all.map(|field| &field.1[..])));
        }
    }
}
