//! A portal of a few lines, for tests that need one that does as it is told.

#[rustfmt::skip]
pub mod results;

use hostbill::types::Data;
use hostbill::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{channel, Receiver, Sender};

/// Data through a type and back, and how `Debug` shows them.
pub fn there_and_back<T: Data + std::fmt::Debug>(data: Value) -> Option<(Value, String)> {
    let typed = T::from_data(data).ok()?;
    Some((typed.to_data(), format!("{typed:?}")))
}

/// Answers each request with what the test says, when it says so.
pub struct Portal {
    port: u16,
    requests: Receiver<Request>,
}

/// A request that waits for its answer.
pub struct Request {
    pub head: String,
    stream: TcpStream,
    done: Sender<TcpStream>,
}

impl Portal {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || serve(stream, &sender));
            }
        });
        Portal { port, requests }
    }

    pub fn client(&self) -> hostbill::ClientBuilder {
        hostbill::Client::builder()
            .portal("time4vps")
            .base_url(format!("http://127.0.0.1:{}/api", self.port))
            .auth("basic")
            .username("me@example.com")
            .password("s3cret-word")
    }

    /// The next request that arrives.
    pub fn next(&self) -> Request {
        self.requests.recv_timeout(std::time::Duration::from_secs(30)).expect("a request")
    }

    pub fn has_another(&self) -> bool {
        self.requests.try_recv().is_ok()
    }
}

impl Request {
    pub fn answer(mut self, body: &str) {
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // A client that has gone in the meantime is no concern of the portal's.
        if self.stream.write_all(text.as_bytes()).is_ok() {
            let _gone = self.done.send(self.stream);
        }
    }
}

fn serve(mut stream: TcpStream, requests: &Sender<Request>) {
    while let Some(head) = head(&mut stream) {
        let (done, answered) = channel();
        if requests.send(Request { head, stream, done }).is_err() {
            return;
        }
        match answered.recv() {
            Ok(again) => stream = again,
            Err(_) => return,
        }
    }
}

/// One request without a body, up to the empty line.
fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}
