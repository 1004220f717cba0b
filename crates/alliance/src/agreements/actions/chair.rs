//! A joint research chair is an agreement that creates a unit: under its host, paid by its funders, for its term.

use crate::agreements::model::{End, State};
use crate::agreements::records::AGREEMENT;
use crate::agreements::{policy, store as rows};
use directory::records::{ORGANIZATION, UNIT};
use kernel::edtf::Edtf;
use kernel::record::Record;
use kernel::{Error, Result, Text, Uuid, both};
use store::{Tx, atomically, records};
use web::records::actions::{self, Doing};

/// Creates the unit of a signed chair that has none, on demand, and links it.
///
/// # Errors
/// `Conflict` when it is no signed chair, has a unit already, or names no host.
pub async fn create_for(doing: &Doing<'_>, id: Uuid) -> Result<Uuid> {
    policy::may_keep(doing.actor)?;
    atomically!(doing.db, |tx| {
        let agreement =
            records::in_tx(tx, &AGREEMENT, id).await?.filter(|a| a.deleted_at.is_none()).ok_or(Error::NotFound)?;
        tx.lock("agreement", id).await?;
        let mut agreement = records::in_tx(tx, &AGREEMENT, id).await?.unwrap_or(agreement);
        let signed = State::from_code(agreement.plain("state")) == State::Signed;
        if agreement.plain("type") != "joint_research_chair" || !signed {
            return Err(Error::conflict(both(
                "締結済みの共同研究講座ではありません。",
                "This is no signed joint research chair.",
            )));
        }
        if agreement.link("unit").is_some() {
            return Err(Error::conflict(both(
                "講座はすでに登録されています。",
                "Its unit is in the directory already.",
            )));
        }
        let Some(unit) = create_unit(doing, tx, &agreement).await? else {
            return Err(Error::conflict(both(
                "受入機関が分かりません。「受入機関」の立場の当事者を加えてください。",
                "The host is not known. Add a party in the capacity of host.",
            )));
        };
        agreement.set("unit", unit);
        let seen = agreement.version;
        actions::update_within(doing, tx, agreement, seen).await?;
        Ok(unit)
    })
}

/// Stores the unit in the caller's transaction. `None` when no party hosts it.
pub(super) async fn create_unit(doing: &Doing<'_>, tx: &mut Tx, agreement: &Record) -> Result<Option<Uuid>> {
    let parties = rows::parties_in(tx, agreement.id).await?;
    let in_capacity = |wanted: &'static str| {
        parties.iter().filter(move |(_, c)| c.as_deref() == Some(wanted)).map(|(party, _)| *party)
    };
    let Some(host) = in_capacity("host").next() else { return Ok(None) };
    let mut unit = Record::new(&UNIT, doing.app.clock.now());
    if let Some(department) = records::in_tx(tx, &UNIT, host).await? {
        let Some(organization) = department.link("organization") else { return Ok(None) };
        unit.set("organization", organization);
        unit.set("parent", department.id);
    } else if records::in_tx(tx, &ORGANIZATION, host).await?.is_some() {
        unit.set("organization", host);
    } else {
        return Ok(None);
    }
    let mut funders = Vec::new();
    for funder in in_capacity("funder") {
        // People may be party to an agreement, but a unit's funders are bodies.
        let body = records::in_tx(tx, &ORGANIZATION, funder).await?.is_some()
            || records::in_tx(tx, &UNIT, funder).await?.is_some();
        if body && !funders.contains(&funder) {
            funders.push(funder);
        }
    }
    unit.set("name", name_of_chair(&agreement.text("title")));
    unit.set("kind", "joint_research_chair");
    unit.set("funders", funders);
    if let Some(begin) = agreement.date("effective").or(agreement.date("signed")) {
        unit.set("established", begin.to_string());
    }
    if let End::On(end) = End::parse(agreement.plain("end")) {
        unit.set("closed", Edtf::to_string(&end));
    }
    unit.audience = agreement.audience.clone();
    unit.source.clone_from(&agreement.source);
    unit.fictional = agreement.fictional;
    unit.created_by = doing.actor.account;
    let id = unit.id;
    doing.app.hooks.run(doing.app, doing.actor, tx, None, &mut unit).await?;
    records::insert(tx, doing.actor, &unit).await?;
    Ok(Some(id))
}

/// The chair is called as its agreement, without the words that make it an agreement.
fn name_of_chair(title: &Text) -> Text {
    const TAILS: [&str; 7] = [
        "の設置に関する協定書",
        "の設置に関する協定",
        "設置に関する協定",
        "に関する協定書",
        "に関する協定",
        "設置協定書",
        "設置協定",
    ];
    const HEADS: [&str; 4] =
        ["Agreement on the establishment of the ", "Agreement on the ", "Agreement for the ", "Agreement on "];
    let mut name = Text::default();
    for (tag, version) in title.versions() {
        let text = version.text.trim();
        let text = TAILS.iter().find_map(|tail| text.strip_suffix(tail)).unwrap_or(text);
        let text = HEADS.iter().find_map(|head| text.strip_prefix(head)).unwrap_or(text);
        name.put(tag, if text.is_empty() { version.text.trim() } else { text }, version.standing);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Lang;

    #[test]
    fn a_chair_loses_the_words_of_its_agreement() {
        let title = Text::pair(
            "心筋シート製造学共同研究講座の設置に関する協定",
            "Agreement on the Joint Research Chair of Cardiac Sheets",
        );
        let name = name_of_chair(&title);
        assert_eq!(name.exact(Lang::Ja), Some("心筋シート製造学共同研究講座"));
        assert_eq!(name.exact(Lang::En), Some("Joint Research Chair of Cardiac Sheets"));
        assert_eq!(name_of_chair(&Text::pair("設置協定", "")).say(Lang::Ja), "設置協定");
    }
}
