//! An output that is closed or full: no panic, whatever is printed.

use std::{fs::File, process::Stdio};

use crate::{lesson, site_file};

/// Every way to make the command print something by itself; the last word stands for a site file that is right.
const PRINTING: [&[&str]; 7] = [
    &["list", "--dir", "nowhere"],
    &["3", "--ports", "0,0,0", "--dir", "nowhere"],
    &["check", "3"],
    &["check", "3", "--json"],
    &["check", "3", "--step", "1", "-"],
    &["--help"],
    &["configtest", "SITE"],
];

#[test]
fn a_reader_that_is_gone_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let site = site_file(folder.path(), "Listen 8000\n");
    for arguments in PRINTING {
        let arguments: Vec<_> =
            arguments.iter().map(|word| if *word == "SITE" { &site } else { *word }).collect();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = lesson(&arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_not_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let site = site_file(folder.path(), "Listen 8000\n");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for arguments in PRINTING.iter().filter(|arguments| **arguments != ["--help"]) {
        let arguments: Vec<_> =
            arguments.iter().map(|word| if *word == "SITE" { &site } else { *word }).collect();
        let output = lesson(&arguments).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains("No space left on device") && !error.contains("panicked"), "{error}");
        let output = lesson(&arguments).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
    let output = lesson(&["configtest", "no/such/file"]).stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
