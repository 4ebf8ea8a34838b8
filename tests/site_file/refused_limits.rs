//! What Apache refuses of the lines that limit how long a client, or a stop, is waited for.

use crate::refused::assert_directive_error;

const RANGE: &str = "Must set MinRate option if using timeout range";

/// A line, and its complaint.
const REFUSED: [(&str, &str); 12] = [
    (
        "GracefulShutdownTimeout",
        "GracefulShutdownTimeout takes one argument, Maximum time in seconds to wait for child processes to complete \
         transactions during shutdown",
    ),
    ("KeepAliveTimeout", "KeepAliveTimeout takes one argument, Keep-Alive timeout duration (sec)"),
    ("KeepAliveTimeout abc", "KeepAliveTimeout has wrong format"),
    ("KeepAliveTimeout -1", "KeepAliveTimeout has wrong format"),
    ("Timeout", "Timeout takes one argument, Timeout duration (sec)"),
    // Apache takes it for 0.
    ("Timeout abc", "Timeout must be at least 1 second"),
    ("<Location /x>\nTimeout 5\n</Location>", "Timeout not allowed in <Location> context"),
    (
        "<VirtualHost *>\nGracefulShutdownTimeout 5\n</VirtualHost>",
        "GracefulShutdownTimeout cannot occur within <VirtualHost> section",
    ),
    (
        "<Proxy balancer://c>\nRequestReadTimeout\n</Proxy>",
        "RequestReadTimeout not allowed in <Proxy> context",
    ),
    (
        "RequestReadTimeout header",
        "Invalid RequestReadTimeout parameter. Parameter must be in the form 'key=value'",
    ),
    ("RequestReadTimeout =5", "RequestReadTimeout: =5: Unknown RequestReadTimeout parameter"),
    ("RequestReadTimeout body=5 Foot=5", "RequestReadTimeout: Foot=5: Unknown RequestReadTimeout parameter"),
];

/// A limit of `RequestReadTimeout header=`, and what is wrong with it.
const LIMITS: [(&str, &str); 14] = [
    ("", "Value '' not numerical"),
    ("abc", "Value 'abc' not numerical"),
    ("500ms", "Cannot parse 'ms'"),
    ("20,500", "Cannot parse ',500'"),
    ("20-40", RANGE),
    ("-20", RANGE),
    ("20-40,foo=5", RANGE),
    ("20-40,minrate=0", "Minimum data rate must be larger than 0"),
    ("20-40,minrate=-5", "Value must be non-negative"),
    ("20-40,minrate=", "Value '' not numerical"),
    ("20-,minrate=5", "Value '' not numerical"),
    ("20x-40,minrate=5", "Cannot parse 'x'"),
    ("20-40,minrate=500,foo", "Cannot parse ',foo'"),
    ("20-10,MinRate=5", "Maximum timeout must be larger than initial timeout"),
];

#[test]
fn in_apaches_words() {
    for (text, complaint) in REFUSED {
        let line = if text.starts_with('<') { 2 } else { 1 };
        assert_directive_error(text, line, complaint);
    }
    for (limit, complaint) in LIMITS {
        let said = format!("header={limit}");
        assert_directive_error(
            &format!("RequestReadTimeout {said}"),
            1,
            &format!("RequestReadTimeout: {said}: {complaint}"),
        );
    }
}
