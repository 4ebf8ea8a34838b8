//! What a site makes of names, asked without a connection: the target a backend gets, the redirect a client gets.

use crate::proxy::{
    Proxy,
    core::{front::Front, path::Asked},
    error::Error,
    http1::{
        grammar::is_value,
        head::Head,
        name::{HOST, LOCATION},
        request_target::RequestTarget,
        target,
        url::Url,
    },
    modules::site::Site,
};

impl Site {
    /// Where a request for this target goes: the URL of the `ProxyPass` line that takes it, and the target that the
    /// backend is asked for. It is the main server that is asked; a member's own path is left out.
    ///
    /// # Errors
    /// 400 and 404 as a client would get them; 500 where path and URL join to a host that is none.
    pub fn route(&self, target: &str) -> Result<(Url, String), Error> {
        let strange = target::is_strange(target.as_bytes());
        let strange = strange.ok_or(Error::BadRequest("the target has a character that no target has"))?;
        let mut escaped = Vec::new();
        if strange {
            target::escape(target.as_bytes(), &mut escaped);
        }
        let target = if strange { std::str::from_utf8(&escaped).unwrap_or_default() } else { target };
        let target = RequestTarget::of(target);
        let main = self.main_server();
        let mut asked = Asked::read(target.path, main.core.encoded_slashes.unwrap_or_default())?;
        asked.whole_url = target.authority.is_some();
        let route = main.at(&asked).proxy.pass.route(&asked)?;
        let mut head = Head::default();
        route.aim(&mut head, "", target.query)?;
        Ok((route.worker.url.clone(), head.target().to_owned()))
    }

    /// What a client that asked for a path on `host` gets of a backend's `Location`; `None` if either is no header.
    pub fn redirect(&self, path: &str, host: &str, location: &[u8]) -> Option<Vec<u8>> {
        if !is_value(host.as_bytes()) || !is_value(location) {
            return None;
        }
        let (mut request, mut answer) = (Head::default(), Head::default());
        request.add(HOST, host.as_bytes());
        answer.add(LOCATION, location);
        let target = RequestTarget::of(path);
        let main = self.main_server();
        let asked = Asked::read(target.path, main.core.encoded_slashes.unwrap_or_default()).ok()?;
        let front = Front::of(&request, &target, &main.core.name);
        main.at(&asked).proxy.pass_reverse.apply(&mut answer, &front, &main.proxy.balancers);
        answer.get(LOCATION).map(<[u8]>::to_vec)
    }

    fn main_server(&self) -> Proxy {
        self.main.clone().with_locations_ready()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let lines = "LoadModule proxy_module proxy\nProxyPass /app http://b:8080/back\nProxyPassReverse /app http://b:8080/back\n";
        Site::parse(lines, "F").unwrap()
    }

    #[test]
    fn a_target_there_and_a_redirect_back() {
        let (url, target) = site().route("/app/x%41?q=%41").unwrap();
        assert_eq!((url.as_str(), target.as_str()), ("http://b:8080/back", "/back/xA?q=%41"));
        let back = site().redirect("/app", "front.test", b"http://b:8080/back/y");
        assert_eq!(back.as_deref(), Some(b"http://front.test/app/y".as_slice()));
    }

    #[test]
    fn errors_are_those_of_a_request() {
        for (target, status) in [("/other", 404), ("/app/../..", 400), ("/a b", 400), ("/app%2Fx", 404)] {
            assert_eq!(site().route(target).unwrap_err().status(), status, "{target}");
        }
    }
}
