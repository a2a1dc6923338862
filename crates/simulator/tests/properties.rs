//! Money and time under random calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;

use flux_studio_simulator::account::Movement;
use flux_studio_simulator::config::{DEFAULT_KEY, QueueFull, Timing};
use flux_studio_simulator::job::Phase;
use flux_studio_simulator::{ApiRequest, Config, Model};
use proptest::prelude::*;
use serde_json::json;

#[derive(Clone, Debug)]
enum Step {
    Generate {
        mode: usize,
        size: usize,
        prompt: usize,
    },
    Fetch(usize),
    /// The clock moves, possibly back.
    Clock(i64),
    Reload,
    Grant(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_usize, 0..4_usize, 0..4_usize).prop_map(|(mode, size, prompt)| Step::Generate { mode, size, prompt }),
        4 => any::<usize>().prop_map(Step::Fetch),
        3 => (-300..900_i64).prop_map(Step::Clock),
        1 => Just(Step::Reload),
        1 => (0..5_u64).prop_map(Step::Grant),
    ]
}

fn rank(phase: Phase) -> u8 {
    match phase {
        Phase::PendingQueue => 0,
        Phase::OnQueue => 1,
        Phase::Success | Phase::Failed => 2,
    }
}

proptest! {
    #[test]
    fn money_is_conserved_and_status_never_runs_back(
        steps in prop::collection::vec(step(), 1..120),
        start_balance in 0..40_u64,
        queue_limit in prop::option::of(1..6_u32),
        seed in any::<u64>(),
    ) {
        let config = Config {
            start_balance,
            queue_limit,
            queue_full: QueueFull::Status499,
            default_timing: Timing::new(100, 400),
            jitter_percent: 50,
            ..Config::quick()
        };
        let mut model = Model::new(config, seed);
        let mut now_ms = 1_000_000_u64;
        let mut seen: BTreeMap<String, Phase> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Generate { mode, size, prompt } => {
                    let body = json!({
                        "mode": (["flux1-dev", "flux1-pro", "flux1-schnell", "none"][mode]),
                        "size": (["1024x1024", "1792x1024", "1024x1792", "1x1"][size]),
                        "prompt": (["hills", "gore", "[fail:null]", ""][prompt]),
                    });
                    let before = model.account().charges().len();
                    let request = ApiRequest::new("POST", "/flux/generate").header("TT-API-KEY", DEFAULT_KEY).json(&body);
                    model.advance(now_ms);
                    let settled = model.account().charges().len();
                    let answer = model.handle(&request, now_ms);
                    prop_assert!(settled >= before);
                    let frozen = model.account().charges().iter().skip(settled).filter(|charge| charge.movement == Movement::Freeze).count();
                    prop_assert_eq!(frozen, usize::from(answer.made.is_some()));
                    prop_assert_eq!(answer.made.is_some(), answer.status == 200);
                    if let Some(made) = answer.made {
                        prop_assert!(seen.insert(made.job_id, Phase::PendingQueue).is_none(), "an id twice");
                    }
                }
                Step::Fetch(index) if !seen.is_empty() => {
                    let id = seen.keys().nth(index % seen.len()).unwrap().clone();
                    let request = ApiRequest::new("GET", &format!("/flux/fetch?jobId={id}")).header("TT-API-KEY", DEFAULT_KEY);
                    let answer = model.handle(&request, now_ms).json_body().unwrap();
                    prop_assert_eq!(answer["status"].as_str(), model.phase(&id).map(Phase::word));
                }
                Step::Fetch(_) => {}
                Step::Clock(ms) => now_ms = now_ms.saturating_add_signed(ms),
                Step::Reload => model = Model::restore(&model.snapshot()).unwrap(),
                Step::Grant(quota) => model.grant(quota),
            }
            let account = model.account();
            prop_assert_eq!(account.granted(), account.balance() + account.frozen() + account.spent());
            let (mut open, mut taken) = (0, 0);
            for job in model.jobs() {
                let phase = model.phase(&job.id).unwrap();
                let before = seen.insert(job.id.clone(), phase).unwrap_or(phase);
                prop_assert!(rank(before) < rank(phase) || before == phase, "{before:?} became {phase:?}");
                match phase {
                    Phase::Success => taken += job.quota,
                    Phase::Failed => {}
                    Phase::PendingQueue | Phase::OnQueue => open += job.quota,
                }
                // One freeze for each job, and one end of it.
                let of_job = |movement: Movement| account.charges().iter().filter(|charge| charge.job_id == job.id && charge.movement == movement).count();
                prop_assert_eq!(of_job(Movement::Freeze), 1);
                prop_assert_eq!(of_job(Movement::Take), usize::from(phase == Phase::Success));
                prop_assert_eq!(of_job(Movement::GiveBack), usize::from(phase == Phase::Failed));
            }
            prop_assert_eq!((account.frozen(), account.spent()), (open, taken));
        }
    }

    #[test]
    fn no_request_breaks_the_model(
        method in "GET|POST|OPTIONS|PUT|",
        path in "(/flux/(generate|fetch)|/midjourney/v1/info|/cdn/[ -~]{0,40}|[ -~]{0,40})",
        query in "(jobId=)?[ -~]{0,40}",
        media_type in "(application/json|application/x-www-form-urlencoded|multipart/form-data(; boundary=[a-z\"]{0,4})?|[ -~]{0,20})",
        body in prop::collection::vec(any::<u8>(), 0..200),
        now_ms in any::<u64>(),
    ) {
        let mut model = Model::new(Config::default(), 1);
        let headers = vec![("content-type".to_owned(), media_type), ("tt-api-key".to_owned(), DEFAULT_KEY.to_owned())];
        let answer = model.handle(&ApiRequest { method, path, query, headers, body }, now_ms);
        prop_assert!((200..500).contains(&answer.status));
    }
}
