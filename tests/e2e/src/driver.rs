//! One chromedriver for all stories of a process that run at the same time.
//!
//! Statics are never dropped, so it lives as long as the stories that use it: the last one ends it, also when that one
//! panics. The next story starts it again, in a tenth of a second.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

const PROGRAM: &str = "/usr/bin/chromedriver";

static RUNNING: Mutex<Weak<Chromedriver>> = Mutex::new(Weak::new());

/// A running chromedriver on a port of its own.
#[derive(Debug)]
pub struct Chromedriver {
    process: Child,
    port: u16,
}

impl Chromedriver {
    /// The one of this process.
    ///
    /// # Panics
    /// When it cannot be started; the message says what to install.
    pub fn shared() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(driver) = running.upgrade() {
            return driver;
        }
        let driver = Arc::new(Self::start());
        *running = Arc::downgrade(&driver);
        driver
    }

    /// Where WebDriver commands go.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start() -> Self {
        let mut process = Command::new(PROGRAM)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{PROGRAM} does not start ({error}); on Debian: apt-get install chromium chromium-driver")
            });
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, rest) = line.split_once("started successfully on port ")?;
                rest.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver says its port");
        // A full pipe would stop it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, port }
    }

    /// Asks it to end, which also ends every browser that it started.
    fn ask_to_end(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port)?;
        stream.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        if self.ask_to_end().is_ok() {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(3) {
                if matches!(self.process.try_wait(), Ok(Some(_))) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        // It did not want to. Nothing can be done about a failure here.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
