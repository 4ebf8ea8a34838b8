//! Before anything is measured: does the server do what the others do?

use std::io;

use super::{
    backend::Backend,
    client::{Answer, Connection, get, post},
    running::Running,
};

/// How many requests are shared out between the members, each on a connection of its own.
const REQUESTS: u64 = 40;

/// Asks for every resource, and looks at what reached the members.
///
/// # Errors
/// What it does otherwise.
pub async fn check(server: &Running, members: &[Backend; 2]) -> Result<(), String> {
    let name = &server.peer.name;
    let failed = |error: io::Error| format!("{name} does not answer: {error}");
    let ask = async |request: Vec<u8>| Connection::open(server.site.front).await?.ask(&request).await;
    let counts = async || Ok([members[0].counts().await?, members[1].counts().await?]);

    for (request, length) in
        [(get("/small"), 12), (get("/10k"), 10_000), (get("/1m"), 1_000_000), (post("/small", 10_000), 12)]
    {
        let Answer { status, body, .. } = ask(request).await.map_err(failed)?;
        if status != 200 || body.len() != length {
            return Err(format!("{name} answers {status} with {} bytes, not 200 with {length}", body.len()));
        }
    }
    if server.processes().cpu().is_zero() {
        return Err(format!("the kernel does not tell what {name} uses: it has no /proc/PID/schedstat"));
    }
    let before = counts().await.map_err(failed)?;
    for _ in 0..REQUESTS {
        ask(get("/small")).await.map_err(failed)?;
    }
    let after = counts().await.map_err(failed)?;
    let gained = |member: usize, what: usize| after[member][what] - before[member][what];
    // To be asked for its count is one request, and one connection, too.
    let [one, two] = [0, 1].map(|member| gained(member, 0) - 1);
    if one + two != REQUESTS || one.abs_diff(two) > REQUESTS / 5 {
        return Err(format!("{name} gives one member {one} requests and the other {two} of {REQUESTS}"));
    }
    if server.peer.key == "floor" {
        return Ok(());
    }
    let connections = [0, 1].map(|member| gained(member, 1) - 1).iter().sum::<u64>();
    if connections > REQUESTS / 4 {
        return Err(format!("{name} needs {connections} connections to the members for {REQUESTS} requests"));
    }
    if server.peer.is_yardstick() {
        return Ok(());
    }
    let seen = ask(get("/seen")).await.map_err(failed)?.body;
    if !String::from_utf8_lossy(&seen).to_ascii_lowercase().contains("x-forwarded-for: 127.0.0.1\r\n") {
        return Err(format!("{name} does not say for whom it asks:\n{}", String::from_utf8_lossy(&seen)));
    }
    Ok(())
}
