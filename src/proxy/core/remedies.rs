//! What to do about an error in a line of the core.

use crate::proxy::site::remedy::Remedy;

pub(crate) const REMEDIES: &[Remedy] = &[
    ("<Location>: this proxy knows", "write <Location /path>, or run the file with a real Apache"),
    ("Multiple <Location> arguments", "write one path, with quotes around it if it has blanks"),
    ("AllowEncodedSlashes", "write AllowEncodedSlashes NoDecode"),
    ("The address or port is invalid", "write a port from 1 to 65535, as in <VirtualHost *:8000>"),
    ("ServerName takes one argument", "write one name, as in ServerName www.example.com"),
    ("outside the appropriate range", "write a port from 1 to 65535, or none"),
    ("ServerAlias only used", "move this line into the <VirtualHost>"),
    ("KeepAliveTimeout", "write seconds, as in KeepAliveTimeout 5"),
    ("Timeout duration (sec)", "write seconds, as in Timeout 60"),
    ("Timeout must be at least 1 second", "write seconds, as in Timeout 60"),
    ("SetHandler", "write SetHandler balancer-manager, or run the file with a real Apache"),
    ("Port must be specified", "write an address and a port, as in Listen 127.0.0.1:8000"),
    ("Invalid address or port", "write a port from 1 to 65535, as in Listen 127.0.0.1:8000"),
    ("GracefulShutdownTimeout takes", "write seconds, as in GracefulShutdownTimeout 10; 0 is without limit"),
    ("Listen requires", "write an address and a port, as in Listen 127.0.0.1:8000"),
];
