//! What can be typed after `lesson`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use hop_by_hop::{course::Ports, proxy::Url};

/// Learn how a reverse proxy works: run a real one, break it and repair it, one Apache directive at a time.
#[derive(Parser)]
#[command(name = "lesson", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The lesson to run: its number or its name; none opens the menu.
    pub lesson: Option<String>,

    #[command(flatten)]
    pub options: LessonOptions,
}

#[derive(clap::Args)]
pub struct LessonOptions {
    /// Start in the finished state and ask nothing.
    #[arg(long)]
    pub solved: bool,

    #[command(flatten)]
    pub place: Place,
}

/// Where the lab stands, and the learner's own files.
#[derive(clap::Args)]
pub struct Place {
    /// The ports of the proxy and the two backends; 0 is any free one.
    #[arg(long, value_name = "A,B,C", value_parser = ports, default_value = "8000,8080,8081")]
    pub ports: Ports,

    /// The folder where your site files and your progress are kept.
    #[arg(long, value_name = "FOLDER", default_value = "my")]
    pub dir: PathBuf,
}

#[derive(clap::Args)]
pub struct CheckOptions {
    /// The lesson: its number or its name; none is all of them.
    pub lesson: Option<String>,

    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Write the verdict as JUnit XML, for CI.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Judge a proxy of your own that runs on this machine in front of the lab's backends.
    #[arg(long, value_name = "URL", value_parser = target, conflicts_with = "step")]
    pub target: Option<u16>,

    /// Judge what your own curl printed for this step: pass - and pipe it in.
    #[arg(long, value_name = "K", requires = "lesson")]
    pub step: Option<usize>,

    /// -: read the output of curl from standard input.
    #[arg(value_name = "-", requires = "step", value_parser = ["-"])]
    pub output: Option<String>,

    #[command(flatten)]
    pub place: Place,
}

#[derive(clap::Args)]
pub struct BookOptions {
    /// Do not open the browser.
    #[arg(long)]
    pub no_open: bool,

    /// The port to serve it on; 0 is any free one.
    #[arg(long, default_value_t = 3000)]
    pub port: u16,

    #[command(flatten)]
    pub place: Place,
}

#[derive(Subcommand)]
pub enum Command {
    /// List the lessons and which of them you have done.
    List {
        /// The folder where your progress is kept.
        #[arg(long, value_name = "FOLDER", default_value = "my")]
        dir: PathBuf,
    },
    /// Edit a site file of your own; every save is tried at once.
    Practice {
        /// The lesson: its number or its name; none is the first that you have not done.
        lesson: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Check the steps of one lesson, or of all.
    Check(CheckOptions),
    /// Read the book, in your browser, until Ctrl-C; its pages run the lessons.
    Book(BookOptions),
    /// Run the proxy on a site file until Ctrl-C; SIGHUP makes it read the file again.
    Serve {
        /// The site file, written as for Apache.
        site: PathBuf,
    },
    /// Say whether a site file is right, as `apachectl configtest` does.
    Configtest {
        /// The site file, written as for Apache.
        site: PathBuf,
    },
}

fn ports(text: &str) -> Result<Ports, String> {
    let ports: Result<Vec<u16>, _> = text.split(',').map(|port| port.trim().parse()).collect();
    match ports.as_deref() {
        Ok([front, one, two])
            if [(front, one), (front, two), (one, two)].iter().any(|(a, b)| a == b && **a > 0) =>
        {
            Err("write three different ports, as in 8000,8080,8081 (0 is any free one)".to_owned())
        }
        Ok([front, one, two]) => Ok(Ports { front: *front, one: *one, two: *two }),
        _ => Err("write three ports, as in 8000,8080,8081 (0 is any free one)".to_owned()),
    }
}

/// The port of a proxy on this machine; anything else is never asked.
fn target(text: &str) -> Result<u16, String> {
    let wrong = || "write a proxy on this machine, as in http://127.0.0.1:9000".to_owned();
    let url: Url = text.parse().map_err(|_| wrong())?;
    let here = url.is("http") && ["127.0.0.1", "localhost"].contains(&url.host()) && url.path().len() <= 1;
    url.port().filter(|_| here).ok_or_else(wrong)
}
