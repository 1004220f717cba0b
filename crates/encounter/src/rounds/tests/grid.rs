use crate::rounds::model::grid::{Grid, read_moment};
use chrono_tz::{Asia, Europe};

#[test]
fn days_become_slots_with_breaks_between_blocks() {
    let grid = Grid::read("2026-12-08 10:00-11:00; 2026-12-07 10:00-11:00 13:00-14:00", 20, 0, Asia::Tokyo).unwrap();
    assert_eq!(grid.slots.len(), 9);
    assert_eq!(grid.days(), 2);
    assert_eq!(grid.slots[0].starts_at.to_rfc3339(), "2026-12-07T01:00:00+00:00", "days are put in order");
    assert_eq!(grid.slots.iter().map(|s| s.block).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
    let with_pause = Grid::read("2026-12-07 10:00-11:00", 20, 10, Asia::Tokyo).unwrap();
    assert_eq!(with_pause.slots.len(), 2);
    assert_eq!(
        Grid::read("２０２６/12/07　10：00〜11：00", 20, 0, Asia::Tokyo).unwrap().slots.len(),
        3,
        "as people type"
    );
}

#[test]
fn what_cannot_be_read_says_how_to_write_it() {
    for wrong in [
        "",
        "tomorrow",
        "2026-12-07",
        "2026-12-07 11:00-10:00",
        "2026-12-07 10:00-11:00 10:30-12:00",
        "2026-12-07 10:00-10:10",
        "2026-12-07 10:00-11:00; 2026-12-07 13:00-14:00",
        "2026-12-07 00:00-23:59; 2026-12-08 00:00-23:59",
    ] {
        let said = Grid::read(wrong, 20, 0, Asia::Tokyo).unwrap_err();
        assert!(!said.ja.is_empty() && !said.en.is_empty(), "{wrong}");
    }
}

#[test]
fn times_that_the_zone_skips_are_refused_and_the_first_of_double_ones_is_meant() {
    assert!(Grid::read("2027-03-28 02:00-03:00", 20, 0, Europe::Stockholm).is_err());
    let grid = Grid::read("2026-10-25 02:00-02:20", 20, 0, Europe::Stockholm).unwrap();
    assert_eq!(grid.slots[0].starts_at.to_rfc3339(), "2026-10-25T00:00:00+00:00");
}

#[test]
fn unavailable_times_are_found_by_day_span_or_time() {
    let grid = Grid::read("2026-12-07 10:00-12:00; 2026-12-08 10:00-12:00", 20, 0, Asia::Tokyo).unwrap();
    assert_eq!(grid.within("2026-12-07").unwrap().len(), 6);
    assert_eq!(grid.within("10:00-11:00").unwrap().len(), 6, "on both days");
    assert_eq!(grid.within("2026-12-08 11:10-11:30").unwrap().len(), 2, "slots that are touched");
    assert_eq!(grid.within("2026-12-07 10:20").unwrap().len(), 1);
    assert_eq!(grid.within("2026-12-09"), None);
    assert_eq!(grid.within("noon"), None);
    assert!(read_moment("2026-12-01 17:00").is_some() && read_moment("soon").is_none());
}
