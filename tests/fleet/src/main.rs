//! Lives worlds, and tells how they went: `worlds --worlds K --seed S [--mode sound]`, or `worlds --show SEED` for one of them.

use std::env;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use evertoken_fleet::{Mode, Plan, Tally, World, shortest};

struct Options {
    worlds: u64,
    seed: u64,
    mode: Mode,
    show: Option<u64>,
    keep_going: bool,
}

fn main() -> ExitCode {
    let options = match read(env::args().skip(1)) {
        Ok(options) => options,
        Err(fault) => {
            eprintln!("error: {fault}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(seed) = options.show {
        let plan = Plan::draw(seed);
        let broken = World::live(&plan, options.mode, false).broken;
        let plan = broken.first().map_or(plan.clone(), |first| shortest(&plan, options.mode, first.rule));
        print_life(&plan, options.mode);
        return if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (tally, broken) = live_all(&options);
    print!("{tally}");
    for (rule, seeds) in &broken.0 {
        println!("broken: {rule}: {seeds} worlds");
    }
    if broken.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { worlds: 10_000, seed: 1, mode: Mode::Sound, show: None, keep_going: false };
    let mut words = words;
    while let Some(word) = words.next() {
        if word == "--keep-going" {
            options.keep_going = true;
            continue;
        }
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let number = || value.parse().map_err(|_| format!("{word} {value} is not a number"));
        match word.as_str() {
            "--worlds" => options.worlds = number()?,
            "--seed" => options.seed = number()?,
            "--show" => options.show = Some(number()?),
            "--mode" => {
                options.mode = match value.as_str() {
                    "sound" => Mode::Sound,
                    "no-adoption" => Mode::NoAdoption,
                    "no-lock" => Mode::NoLock,
                    "weak-record" => Mode::WeakRecord,
                    "steal-always" => Mode::StealAlways,
                    _ => return Err(format!("no mode is called {value}")),
                }
            }
            _ => return Err(format!("no option is called {word}")),
        }
    }
    Ok(options)
}

/// Over all cores, until the first broken rule, or to the end.
fn live_all(options: &Options) -> (Tally, Tally) {
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let began = Instant::now();
    let total = Mutex::new((Tally::default(), Tally::default()));
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let (mut tally, mut broken) = (Tally::default(), Tally::default());
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= options.worlds {
                        break;
                    }
                    if index > 0 && index.is_multiple_of(10_000) {
                        println!("{index} worlds in {:.1} s", began.elapsed().as_secs_f64());
                    }
                    let plan = Plan::draw(options.seed.wrapping_add(index));
                    let life = World::live(&plan, options.mode, false);
                    tally.join(&life.tally);
                    let Some(first) = life.broken.first() else { continue };
                    broken.count(first.rule);
                    if options.keep_going {
                        println!("seed {}: {}: {}", plan.seed, first.rule, first.how);
                    } else if !stop.swap(true, Ordering::Relaxed) {
                        let short = shortest(&plan, options.mode, first.rule);
                        print_life(&short, options.mode);
                    }
                }
                let mut total = total.lock().expect("no thread panics with it");
                total.0.join(&tally);
                total.1.join(&broken);
            });
        }
    });
    total.into_inner().expect("no thread panics with it")
}

fn print_life(plan: &Plan, mode: Mode) {
    println!("seed {}, {mode:?}, {:?}", plan.seed, plan.config);
    let life = World::live(plan, mode, true);
    for line in &life.log {
        println!("{line}");
    }
    for broken in &life.broken {
        println!("broken: {}: {}", broken.rule, broken.how);
    }
    println!("seed {} with {} steps", plan.seed, plan.steps.len());
}
