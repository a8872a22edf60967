//! Explores the protocol, and tells how large it is: `model --tabs 2 --faults kill,freeze`. Without `--faults` each kind alone and all
//! together, of which `--at-once 2` lets so many hit in one course of events; `--most` is a bound on the transitions that are tried.

use std::env;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::thread;

use evertoken_model::{Fault, Faults, Mode, Model, Server};

struct Options {
    tabs: usize,
    faults: Vec<Faults>,
    most: Option<NonZeroUsize>,
    mode: Mode,
    server: Server,
}

fn main() -> ExitCode {
    let options = match read(env::args().skip(1)) {
        Ok(options) => options,
        Err(fault) => {
            eprintln!("error: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get());
    let mut is_broken = false;
    for faults in &options.faults {
        let model = Model::new(options.tabs, *faults, options.mode, options.server);
        let course = model.explore(threads, options.most);
        let till = if course.is_complete { "" } else { ", NOT ALL OF THEM" };
        let seconds = course.time.as_secs_f64();
        let server = options.server;
        println!("{} tabs, {server:?}, {faults}: {} states, depth {}, {seconds:.1} s{till}", model.tabs, course.states, course.depth);
        for (property, events) in &course.broken {
            println!("broken: {property}\n{}", events.join("\n"));
        }
        is_broken |= !course.broken.is_empty();
    }
    if is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let each = Fault::ALL.iter().map(|fault| Faults::of(&[*fault]));
    let faults = [Faults::default()].into_iter().chain(each).chain([Faults::of(&Fault::ALL)]).collect();
    let mut options = Options { tabs: 2, faults, most: None, mode: Mode::Sound, server: Server::Strict };
    let mut at_once = u8::MAX;
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let unknown = || format!("{word}: {value} is not known");
        match word.as_str() {
            "--tabs" => options.tabs = value.parse().map_err(|_| unknown())?,
            "--at-once" => at_once = value.parse().map_err(|_| unknown())?,
            "--most" => options.most = Some(value.parse().map_err(|_| unknown())?),
            "--faults" => {
                let known = |name: &str| Fault::ALL.into_iter().find(|fault| fault.name() == name).ok_or(unknown());
                let chosen: Result<Vec<Fault>, String> = value.split(',').filter(|name| *name != "none").map(known).collect();
                options.faults = vec![Faults::of(&chosen?)];
            }
            "--mode" => {
                options.mode = match value.as_str() {
                    "sound" => Mode::Sound,
                    "no-lock" => Mode::NoLock,
                    "mute" => Mode::Mute,
                    _ => return Err(unknown()),
                }
            }
            "--server" => {
                options.server = match value.as_str() {
                    "strict" => Server::Strict,
                    "forgiving" => Server::Forgiving,
                    _ => return Err(unknown()),
                }
            }
            _ => return Err(format!("no option is called {word}")),
        }
    }
    options.faults = options.faults.iter().map(|faults| faults.at_most(at_once)).collect();
    Ok(options)
}
