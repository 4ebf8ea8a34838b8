//! The page that a client gets when no backend answered: Apache's, byte for byte (apache-facts §5).

use crate::proxy::{
    core::signature::{PRODUCT, today},
    error::Error,
    http1::{
        head::Head,
        lent::Lent,
        name::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, DATE, SERVER},
    },
};

/// An answer of the proxy's own.
pub(crate) struct Page {
    pub head: Lent<Head>,
    pub body: Option<String>,
}

impl Page {
    /// An answer without a body, that says when and by whom.
    pub(crate) fn new(status: u16, reason: &str) -> Self {
        let mut head = Lent::<Head>::new();
        head.set_status(status, reason);
        today(|date| head.set(DATE, date));
        head.set(SERVER, PRODUCT.as_bytes());
        Self { head, body: None }
    }
}

impl Error {
    /// The page as an answer to this method, or to `HEAD` its head, which says no length; its headers are Apache's.
    pub(crate) fn answer(&self, method: &[u8]) -> Page {
        let mut page = Page::new(self.status(), self.reason_phrase());
        if matches!(self, Self::MethodNotAllowed(_)) {
            page.head.set(ALLOW, b"HEAD,GET");
        }
        if method != b"HEAD" {
            let text = self.page(&String::from_utf8_lossy(method));
            page.head.set_to(CONTENT_LENGTH, format_args!("{}", text.len()));
            page.body = Some(text);
        }
        page
    }

    /// What Apache writes last of a page's head, after what is about the connection.
    pub(crate) fn end_of_head(head: &mut Head) {
        head.set(CONTENT_TYPE, b"text/html; charset=iso-8859-1");
    }

    /// The words after the status code: `Proxy Error` where the page gives a reason.
    pub(crate) fn reason_phrase(&self) -> &'static str {
        match self {
            Self::MaxForwards(_) | Self::Dns { .. } | Self::Upgraded(_) => "Proxy Error",
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) | Self::NotHttp11(_) | Self::NoContinue => {
                "Proxy Error"
            }
            Self::BodyTooLarge => "Request Entity Too Large",
            Self::TargetTooLong => "Request-URI Too Long",
            Self::NoSuchRange => "Requested Range Not Satisfiable",
            _ => reason(self.status()),
        }
    }

    /// Apache's error page, byte for byte.
    fn page(&self, method: &str) -> String {
        let code = self.status();
        let title = self.reason_phrase();
        format!(
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
             <html><head>\n<title>{code} {title}</title>\n</head><body>\n<h1>{title}</h1>\n{}</body></html>\n",
            self.explanation(method)
        )
    }

    fn explanation(&self, method: &str) -> String {
        let not_understood =
            "<p>Your browser sent a request that this server could not understand.<br />\n".to_owned();
        let invalid_response =
            "<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n";
        let could_not = "The proxy server could not handle the request<p>Reason: <strong>";
        match self {
            Self::MaxForwards(why) => format!("{not_understood}{could_not}{why}</strong></p></p>\n"),
            Self::BadRequest(_) | Self::InvalidPath(_) | Self::InvalidPort(_) | Self::RequestBody(_) => {
                not_understood + "</p>\n"
            }
            Self::TooManyHeaders => {
                not_understood + "The number of request header fields exceeds this server's limit.</p>\n"
            }
            Self::HeaderTooLong => {
                not_understood + "Size of a request header field exceeds server limit.</p>\n"
            }
            Self::BodyTooLarge => format!(
                "The requested resource does not allow request data with {} requests, or the amount of data provided in\n\
                 the request exceeds the capacity limit.\n",
                escape(method)
            ),
            Self::TargetTooLong => "<p>The requested URL's length exceeds the capacity\nlimit for this server.<br />\n</p>\n".to_owned(),
            Self::Expectation(asked) => format!(
                "<p>The expectation given in the Expect request-header\nfield could not be met by this server.\n\
                 The client sent<pre>\n    Expect: {}\n</pre>\n</p><p>Only the 100-continue expectation is supported.</p>\n",
                escape(asked)
            ),
            Self::NoSuchRange => "<p>None of the range-specifier values in the Range\nrequest-header field overlap the current extent\n\
                 of the selected resource.</p>\n"
                .to_owned(),
            Self::ClientLate(_) => "<p>Server timeout waiting for the HTTP request from the client.</p>\n".to_owned(),
            Self::MethodNotAllowed(method) => {
                format!("<p>The requested method {} is not allowed for this URL.</p>\n", escape(method))
            }
            Self::NotFound => "<p>The requested URL was not found on this server.</p>\n".to_owned(),
            Self::NoProtocolHandler { .. } => "<p>The server encountered an internal error or\nmisconfiguration and was unable to complete\n\
                 your request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them of the time this error occurred,\n \
                 and the actions you performed just before this error.</p>\n<p>More information about this error may be available\n\
                 in the server error log.</p>\n"
                .to_owned(),
            Self::Dns { host } => {
                format!("{could_not}DNS lookup failure for: {}</strong></p><p />\n", escape(host))
            }
            Self::Connect { .. }
            | Self::NoWorkers(_)
            | Self::AllWorkersBusy(_)
            | Self::Disabled(_)
            | Self::NoConnection(_)
            | Self::AllInError(_)
            | Self::RouteInError { .. } => {
                "<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\n\
                 problems. Please try again later.</p>\n"
                    .to_owned()
            }
            // Apache mixes the line ends here, and so do we.
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) => {
                format!("{invalid_response}{could_not}Error reading from remote server</strong></p></p>\n")
            }
            Self::NotHttp11(what) => {
                format!("{invalid_response}{could_not}{}</strong></p></p>\n", escape(what))
            }
            Self::NoContinue => format!("{could_not}Timeout on 100-Continue</strong></p></p>\n"),
            Self::ClientGone => String::new(),
            Self::Upgraded(protocol) => format!(
                "{invalid_response}{could_not}Unexpected Upgrade: {} (expecting n/a)</strong></p></p>\n",
                escape(protocol)
            ),
            Self::BadHeader(_) | Self::ResponseBody(_) => format!("{invalid_response}</p>\n"),
        }
    }
}

/// The words of RFC 9110 §15 for a status that the proxy answers with.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        417 => "Expectation Failed",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        _ => "Service Unavailable",
    }
}

/// Keeps what a client wrote from becoming markup in a page.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// The lengths that Apache 2.4.71 sends as Content-Length.
    #[test]
    fn pages_are_as_long_as_apaches() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        for (error, length) in [
            (Error::BadRequest(""), 266),
            (Error::MaxForwards("Max-Forwards has reached zero - proxy loop?"), 386),
            (Error::MaxForwards("Max-Forwards request header could not be parsed"), 390),
            (Error::Expectation("foo".to_owned()), 395),
            (Error::TargetTooLong, 288),
            (Error::HeaderTooLong, 318),
            (Error::TooManyHeaders, 330),
            (Error::NotFound, 236),
            (Error::MethodNotAllowed("DELETE".to_owned()), 263),
            (Error::NoProtocolHandler { path: String::new(), scheme: String::new() }, 571),
            (Error::Dns { host: "127.0.0.1:18080x".to_owned() }, 308),
            (Error::Connect { backend: String::new(), source: refused }, 339),
            (Error::BadAnswer(String::new()), 381),
            (Error::Upgraded("foo".to_owned()), 388),
            (Error::BadHeader(String::new()), 272),
        ] {
            assert_eq!(error.page("GET").len(), length, "{error}");
        }
    }

    #[test]
    fn a_page_never_carries_markup_of_the_client() {
        let page = Error::Expectation("<script>".to_owned()).page("GET");
        assert!(!page.contains("<script>"));
    }
}
