//! The floor under every request: axum answering one line. `make bench` measures it beside the hub.
//! Prints the port it listens on, then serves until it is stopped.
#![allow(clippy::print_stdout, reason = "the answer of a command")]

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    axum::serve(listener, Router::new().route("/", get(|| async { "hello\n" }))).await
}
