//! The proxy's own shape, for the forwarder too: one runtime for each core, on a thread of its own, and one listener.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    thread,
};

use tokio::{
    net::TcpStream,
    runtime::{self, Runtime},
};

/// How many cores there are for us.
pub fn count() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A runtime for one thread.
///
/// # Errors
/// The system gives none.
pub fn runtime() -> io::Result<Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

/// Listens on a port, and serves each connection on one of so many threads, for ever.
///
/// # Errors
/// The port is taken, or the system gives no thread.
pub fn serve<F>(
    port: u16,
    threads: usize,
    serve: impl Fn(TcpStream) -> F + Clone + Send + 'static,
) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    for _ in 0..threads {
        let (listener, serve) = (listener.try_clone()?, serve.clone());
        let runtime = runtime()?;
        thread::Builder::new().spawn(move || runtime.block_on(accept(listener, serve)))?;
    }
    Ok(())
}

async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream));
    }
}
