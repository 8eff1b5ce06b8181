//! The chapter of the report: complete without scripts, its foreign text escaped, its script's data whole.

use hashjoule::market::article::Evidence;
use hashjoule::market::{Fleet, Overview};
use hashjoule::report::market_html::{SCRIPT, chapter};
use hashjoule::report::market_svg::{break_even, epochs, supply_of};
use hashjoule::report::svg::Size;

fn overview() -> Overview {
    Overview::of(&Evidence::shipped()).unwrap()
}

/// The text of the data island.
fn island(page: &str) -> serde_json::Value {
    let (_, rest) = page.split_once("id=\"hj-market-data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_chapter_says_it_all_without_scripts() {
    let (page, overview) = (chapter(&overview()).into_string(), overview());
    for claim in &overview.claims {
        assert!(page.contains(&format!("id=\"claim-{}\"", claim.id)), "{}", claim.id);
    }
    for rig in &overview.rigs {
        assert!(page.contains(&rig.rig.name), "{}", rig.rig.name);
    }
    assert_eq!(overview.rigs.len(), 13);
    for text in ["36.55", "37.8 EH/s run, 19.2 are off", "Fitted, not measured.", "not shown by this"] {
        assert!(page.contains(text), "{text}");
    }
    assert_eq!(page.matches("<svg").count(), 6);
    assert!(page.contains("id=\"market-whatif\" hidden"), "the slider must not show before the script made it work");
    assert!(!page.contains("style=\"") && !page.contains("onclick"), "the page's policy forbids these");
}

#[test]
fn the_island_holds_the_curve_that_the_script_is_checked_against() {
    let overview = overview();
    let data = island(&chapter(&overview).into_string());
    assert_eq!(data["curve"].as_array().unwrap().len(), overview.curve.len());
    assert_eq!(data["fleet"]["classes"].as_array().unwrap().len(), overview.fleet.classes.len());
    let installed: f64 =
        data["fleet"]["classes"].as_array().unwrap().iter().map(|class| class["ehs"].as_f64().unwrap()).sum();
    assert!((installed - 57.0).abs() < 1e-9);
    assert!(SCRIPT.contains("hj-market-data") && !SCRIPT.contains("</script"));
}

#[test]
fn foreign_text_is_escaped_everywhere() {
    const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    let toml = Fleet::SHIPPED.replace("\"newest\"", &format!("'''{HOSTILE}'''"));
    let toml = toml.replace("name = \"Late 2018, fitted\"", &format!("name = '''{HOSTILE}'''"));
    let fleet = Fleet::parse(&toml).unwrap();
    assert_eq!(fleet.name, HOSTILE);
    let page = chapter(&Overview::of(&Evidence { fleet, ..Evidence::shipped() }).unwrap()).into_string();
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert_eq!(page.matches("</script>").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(1)"));
    island(&page);
}

#[test]
fn pictures_name_themselves_and_hold_every_epoch() {
    let overview = overview();
    for size in Size::BOTH {
        let text = epochs(&overview.epochs, size).inline().to_owned();
        for row in &overview.epochs {
            assert!(text.contains(&format!("data-id=\"{}\"", row.epoch.height)));
        }
        for text in [text, break_even(&overview.lines, overview.terms.price, size).inline().to_owned()] {
            assert!(text.contains("role=\"img\"") && text.contains("<desc"));
        }
    }
    let lines = break_even(&overview.lines, overview.terms.price, Size::Wide);
    for label in [">B3, 104 J/TH<", ">S9, 98 J/TH<", ">B2, 81 J/TH<", ">S15, 57 J/TH<"] {
        assert!(lines.inline().contains(label), "{label}");
    }
}

#[test]
fn the_corners_of_the_supply_curve_lead_a_script_to_its_points() {
    for size in Size::BOTH {
        let (picture, corners) = supply_of(&overview(), size);
        let along = |value: f64, i: fn((f64, f64)) -> f64| {
            let ([from, to], [low, high]) = (corners.pixels.map(i), corners.values.map(i));
            from + (value - low) / (high - low) * (to - from)
        };
        // The trough's mark stands where the corners say.
        let (x, y) = (along(3466.71_f64.ln(), |p| p.0), along(36.5508, |p| p.1));
        assert!(picture.inline().contains(&format!("cx=\"{x:.1}\" cy=\"{y:.1}\"")), "{x} {y}");
    }
}
