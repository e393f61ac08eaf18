//! Many things done on several threads, so that what lies together is read, judged and given back by one of them.
//!
//! Memory that a thread gives back and another one took is what threads wait for each other for: the allocator locks the part that it
//! came from. A run takes nearly all of its memory for files and gives it back behind the rules.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHasher;

/// Fewer things than this are done on the calling thread: starting the others costs more.
pub const PARALLEL_FROM: usize = 4;

/// The thread for the files of a folder: projects in it share files, and would wait for each other on two of them.
pub fn home(path: &str) -> usize {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut hasher = FxHasher::default();
    folder.hash(&mut hasher);
    (hasher.finish() >> 32) as usize
}

/// Something to do.
#[derive(Debug, Clone, Copy)]
pub struct Job<T> {
    /// The thread that does it if it has the time; any number is one, see [`home`].
    pub thread: usize,
    /// About how much work it is, in any unit.
    pub size: usize,
    pub item: T,
}

/// Does something with each of many, and gives the results in their order. A thread does its own from the largest down, in their order where
/// they are alike, and when none is left, takes the smallest of another one: so at the end nobody waits for a large one.
pub fn each<T: Send, R: Send>(jobs: Vec<Job<T>>, one: impl Fn(usize, T) -> R + Sync) -> Vec<R> {
    let threads = rayon::current_num_threads();
    if jobs.len() < PARALLEL_FROM || threads == 1 {
        return jobs.into_iter().enumerate().map(|(index, job)| one(index, job.item)).collect();
    }
    let mut jobs: Vec<(usize, Job<T>)> = jobs.into_iter().enumerate().collect();
    // Neighbours are often alike, and what is known of one helps with the next: as long as they are about as large they stay together.
    jobs.sort_by_key(|(_, job)| Reverse(job.size.checked_ilog2()));
    let mut queues: Vec<VecDeque<(usize, T)>> = Vec::new();
    queues.resize_with(threads, VecDeque::new);
    for (index, job) in jobs {
        queues[job.thread % threads].push_back((index, job.item));
    }
    let queues: Vec<Mutex<VecDeque<(usize, T)>>> = queues.into_iter().map(Mutex::new).collect();
    let next = |own: usize| {
        (own..own + threads).find_map(|queue| {
            let mut items = queues[queue % threads].lock().unwrap_or_else(PoisonError::into_inner);
            if queue == own { items.pop_front() } else { items.pop_back() }
        })
    };
    let done = rayon::broadcast(|thread| {
        let mut done = Vec::new();
        while let Some((index, item)) = next(thread.index()) {
            done.push((index, one(index, item)));
        }
        done
    });
    let mut done: Vec<(usize, R)> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread::{self, ThreadId};

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for count in [0, 1, PARALLEL_FROM, 1000] {
            let jobs = (0..count).map(|item| Job { thread: item, size: item % 7, item });
            let results = each(jobs.collect(), |index, item| (index, item * 2));
            assert_eq!(results, (0..count).map(|item| (item, item * 2)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_left_on_one_thread_is_taken_by_the_others() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let slow = |_, item: usize| {
            thread::sleep(std::time::Duration::from_millis(2));
            (item, thread::current().id())
        };
        let all_at_one = pool.install(|| each((0..100).map(|item| Job { thread: 3, size: 1, item }).collect(), slow));
        let threads: HashSet<ThreadId> = all_at_one.iter().map(|(_, thread)| *thread).collect();
        assert!(threads.len() > 1, "one thread did it all");
        let halves = pool.install(|| each((0..100).map(|item| Job { thread: item % 4, size: 1, item }).collect(), slow));
        let moved = (0..4).map(|home| {
            let own = halves.iter().filter(|(item, _)| item % 4 == home);
            let threads: HashSet<ThreadId> = own.map(|(_, thread)| *thread).collect();
            threads.len() - 1
        });
        assert!(moved.sum::<usize>() < 12, "nothing was done at home");
    }

    #[test]
    fn a_folder_is_one_home() {
        assert_eq!(home("a/b/compose.yml"), home("a/b/.env"));
        assert_ne!(home("a/b/compose.yml"), home("a/c/compose.yml"));
        assert_eq!(home("compose.yml"), home(".env"));
    }
}
