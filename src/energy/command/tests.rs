use super::super::meter::testing::{Hand, put};
use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn numbers_need_their_unit() {
    assert_eq!(parse(" 43.1 W\n"), Some(Answer::Watts(43.1)));
    assert_eq!(parse("1.3kW"), Some(Answer::Watts(1300.0)));
    assert_eq!(parse("0.5 kWh"), Some(Answer::Joules(1.8e6)));
    assert_eq!(parse("12 J"), Some(Answer::Joules(12.0)));
    for bad in ["", "43.1", "-3 W", "W", "43,1 W", "12 VA", "1.2.3 W"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn watts_are_summed_in_step() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "watts", "50 W\n");
    let line = format!("cat '{}'", folder.path().join("watts").display());
    let (mut meter, clock) = (Command::open(&line, SECOND).unwrap(), Hand::default());
    assert_eq!(meter.info().detail, "--meter-cmd cat");
    meter.read(&clock).unwrap();
    clock.turn(10.0);
    assert_eq!(meter.read(&clock).unwrap().joules, 500.0);
    put(folder.path(), "watts", "100 W\n");
    clock.turn(1.0);
    assert_eq!(meter.read(&clock).unwrap().joules, 575.0);
    put(folder.path(), "watts", "100 J\n");
    assert!(meter.read(&clock).unwrap_err().to_string().contains("contradicts"));
}

#[test]
fn a_sum_of_energy_is_counted_from_the_first_answer() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "sum", "2 Wh\n");
    let line = format!("cat '{}'", folder.path().join("sum").display());
    let (mut meter, clock) = (Command::open(&line, SECOND).unwrap(), Hand::default());
    assert_eq!(meter.read(&clock).unwrap().joules, 0.0);
    put(folder.path(), "sum", "2.5 Wh\n");
    assert_eq!(meter.read(&clock).unwrap().joules, 1800.0);
    put(folder.path(), "sum", "1 Wh\n");
    assert!(meter.read(&clock).unwrap_err().to_string().contains("contradicts"));
}

#[test]
fn a_command_that_fails_says_how() {
    let error = |line: &str| Command::open(line, SECOND).unwrap_err().to_string();
    assert!(error("").contains("is not a valid command"));
    assert!(error("/no/such/meter").contains("cannot start 'meter'"));
    assert!(error("echo hello").contains("printed 'hello': expected a number with its unit"));
    let failed = error("sh -c 'echo plug is off >&2; exit 3'");
    assert!(failed.contains("exit status: 3; its stderr ends with \"plug is off\""), "{failed}");
}

#[test]
fn endless_output_is_bounded() {
    let line = "sh -c 'echo 1 W; head -c 1000000 /dev/zero'";
    assert!(Command::open(line, SECOND).is_ok());
}
