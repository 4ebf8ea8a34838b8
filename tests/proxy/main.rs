//! The proxy on the wire: bare sockets on both sides, compared byte for byte with what Apache 2.4.71 does.

mod balancer;
mod bodies;
mod connections;
mod failures;
mod links;
mod pages;
mod paths;
mod process;
mod refused;
mod requests;
mod responses;
mod sessions;
mod shutdown;
mod streaming;
mod via;
mod wire;
mod workers;
