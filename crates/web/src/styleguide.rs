//! The style guide: one page that shows every shared component with sample content in both languages.
//!
//! Never here: real records. All names on the page are made up.

use crate::cx::Cx;
use crate::layout::{Choice, Crumb, fault_of};
use askama::Template;
use kernel::{Both, FieldErrors, Lang, both};

/// Every icon of `icons.svg`, by the name that the `ico` macro takes.
pub const ICONS: [&str; 44] = [
    "arrow", "back", "building", "cal", "check", "chevron", "clock", "copy", "desk", "doc", "download", "edit", "eye",
    "filter", "find", "flask", "globe", "grow", "history", "info", "key", "link", "lock", "logout", "mail", "meet",
    "moon", "more", "pin", "places", "plus", "print", "search", "sort", "star", "sun", "tie", "trash", "undo",
    "upload", "user", "users", "warn", "x",
];

/// `GET /{lang}/styleguide`.
#[derive(Template)]
#[template(path = "styleguide.html")]
pub struct StyleGuide<'a> {
    cx: &'a Cx,
    s: Samples,
}

impl<'a> StyleGuide<'a> {
    /// The page for the language and theme of the reader.
    pub fn new(cx: &'a Cx) -> StyleGuide<'a> {
        StyleGuide { s: Samples::new(cx.lang), cx }
    }
}

/// Content of the page.
struct Samples {
    crumbs: Vec<Crumb>,
    kinds: Vec<Choice>,
    fields: Vec<Choice>,
    audiences: Vec<Choice>,
    views: Vec<Choice>,
    stages: Vec<Choice>,
    errors: FieldErrors,
    name_fault: String,
    founded_fault: String,
    icons: [&'static str; 44],
}

impl Samples {
    fn new(lang: Lang) -> Samples {
        let mut errors =
            FieldErrors::one("name.en", both("英語の名称を入力してください", "Please give the English name"));
        errors.add(
            "founded",
            both("日付として読めません。例: 2011-04", "This cannot be read as a date. Example: 2011-04"),
        );
        Samples {
            crumbs: vec![
                Crumb::new(both("見つける", "Find").get(lang), "#"),
                Crumb::new(both("名簿", "Directory").get(lang), "#"),
            ],
            kinds: choices(lang, &KINDS).into_iter().map(|c| c.with_count(7)).collect(),
            fields: choices(lang, &FIELDS).into_iter().map(|c| c.with_count(12)).collect(),
            audiences: choices(lang, &AUDIENCES),
            views: choices(lang, &VIEWS).into_iter().map(|c| Choice { value: format!("#{}", c.value), ..c }).collect(),
            stages: STAGES
                .iter()
                .map(|(count, name, help)| Choice::new(*count, name.get(lang)).with_hint(help.get(lang)))
                .collect(),
            name_fault: fault_of(&errors, "name.en", lang),
            founded_fault: fault_of(&errors, "founded", lang),
            icons: ICONS,
            errors,
        }
    }
}

fn choices(lang: Lang, words: &[Both]) -> Vec<Choice> {
    words.iter().enumerate().map(|(i, both)| Choice::new(format!("v{i}"), both.get(lang)).chosen(i == 0)).collect()
}

const KINDS: [Both; 5] = [
    both("企業", "Company"),
    both("スタートアップ", "Startup"),
    both("研究室", "Laboratory"),
    both("病院", "Hospital"),
    both("投資家", "Investor"),
];
const FIELDS: [Both; 10] = [
    both("再生医療", "Regenerative medicine"),
    both("細胞加工", "Cell processing"),
    both("遺伝子治療", "Gene therapy"),
    both("診断・画像", "Diagnostics, imaging"),
    both("医療機器", "Devices"),
    both("創薬", "Drug discovery"),
    both("デジタルヘルス", "Digital health"),
    both("看護・介護", "Nursing and care"),
    both("法規・薬事", "Regulatory affairs"),
    both("輸送・保管", "Logistics and storage"),
];
const AUDIENCES: [Both; 3] = [both("だれでも", "Everyone"), both("会員", "Members"), both("運営のみ", "Staff only")];
const VIEWS: [Both; 3] = [both("一覧", "List"), both("表", "Table"), both("年表", "Timeline")];
const STAGES: [(&str, Both, Both); 7] = [
    ("31", both("研究", "Research"), both("知財・共同研究", "IP, joint research")),
    ("22", both("前臨床", "Preclinical"), both("CRO・動物施設", "CROs, animal facility")),
    ("12", both("規制相談", "Regulator advice"), both("相談窓口", "Advice desk")),
    ("11", both("治験", "Trials"), both("3病院・英語可", "Three hospitals")),
    ("5", both("承認申請", "Approval"), both("書類の手本", "Worked dossiers")),
    ("3", both("製造", "Manufacturing"), both("閉鎖系ライン", "Closed lines")),
    ("2", both("市場", "Market"), both("保険・海外展開", "Payers, abroad")),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::cx::{Door, Notice};
    use crate::layout::monogram;
    use kernel::{Actor, Uuid};

    /// What the templates ask of `cx`, without a server behind it.
    struct Reader {
        lang: Lang,
        theme: &'static str,
        actor: Actor,
        hub: HubNames,
        notice: Option<Notice>,
        desk_count: u32,
    }

    struct HubNames;

    impl HubNames {
        fn name(&self, lang: Lang) -> &'static str {
            both("川の手クロス", "Kawanote Cross").get(lang)
        }

        fn tagline(&self, lang: Lang) -> &'static str {
            both("未来医療のハブ", "Hub for future medicine").get(lang)
        }
    }

    impl Reader {
        fn t(&self, ja: &'static str, en: &'static str) -> &'static str {
            both(ja, en).get(self.lang)
        }

        fn say(&self, words: &Both) -> &'static str {
            words.get(self.lang)
        }

        fn href(&self, path: &str) -> String {
            format!("/{}{path}", self.lang)
        }

        fn other_href(&self) -> String {
            format!("/{}/styleguide", self.lang.other())
        }

        fn canonical(&self) -> String {
            self.href("/styleguide")
        }

        fn absolute(&self, path: &str) -> String {
            path.to_owned()
        }

        fn asset(&self, name: &str) -> String {
            crate::assets::url(name)
        }

        fn doors(&self) -> [Door; 5] {
            Door::ALL
        }

        fn at(&self, door: &Door) -> bool {
            *door == Door::Find
        }

        fn wants_js(&self) -> bool {
            self.actor.is_signed_in()
        }

        fn initial(&self) -> String {
            monogram(&self.actor.label)
        }
    }

    #[derive(Template)]
    #[template(path = "styleguide.html")]
    struct Page {
        cx: Reader,
        s: Samples,
    }

    fn rendered(lang: Lang, theme: &'static str, signed_in: bool) -> String {
        let mut actor = Actor::visitor();
        let mut notice = None;
        if signed_in {
            actor.account = Some(Uuid::nil());
            actor.label = both("真野 さくら", "Sakura Mano").get(lang).to_owned();
            let undo = Some(("/undo".to_owned(), both("取り消す", "Undo").get(lang).to_owned()));
            notice =
                Some(Notice { kind: "ok", text: both("保存しました。", "Saved.").get(lang).to_owned(), undo });
        }
        let cx = Reader { lang, theme, actor, hub: HubNames, notice, desk_count: 3 };
        Page { cx, s: Samples::new(lang) }.render().unwrap()
    }

    fn page(lang: Lang) -> String {
        rendered(lang, "", true)
    }

    /// Values of an attribute, in the order of the page.
    fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
        page.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_page_keeps_to_a_strict_content_security_policy() {
        for lang in Lang::ALL {
            let page = page(lang);
            assert!(values(&page, "style").is_empty());
            assert!(!page.contains("<style") && !page.contains(" onclick=") && !page.contains("javascript:"));
            assert!(!page.contains("<script>"));
        }
    }

    #[test]
    fn every_label_error_and_hint_points_at_something_on_the_page() {
        let page = page(Lang::En);
        let ids = values(&page, "id");
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), ids.len(), "two elements share an id");
        for pointer in values(&page, "for")
            .into_iter()
            .chain(values(&page, "aria-describedby").into_iter().flat_map(str::split_whitespace))
        {
            assert!(ids.contains(&pointer), "nothing has the id {pointer}");
        }
        for anchor in values(&page, "href").into_iter().filter_map(|h| h.strip_prefix("#f-")) {
            assert!(ids.contains(&format!("f-{anchor}").as_str()), "the error summary leads to nothing: {anchor}");
        }
    }

    #[test]
    fn every_asset_and_icon_on_the_page_exists() {
        let page = page(Lang::Ja);
        let sprite = include_str!("../assets/icons.svg");
        for address in values(&page, "href").into_iter().filter_map(|h| h.strip_prefix("/assets/")) {
            let (name, rest) = address.split_once("?v=").expect("an asset address without its version");
            assert!(crate::assets::exists(name), "{name}");
            if let Some((_, icon)) = rest.split_once('#') {
                assert!(sprite.contains(&format!("id=\"{icon}\"")), "no icon {icon}");
            }
        }
        assert_eq!(sprite.matches("<symbol").count(), ICONS.len());
    }

    #[test]
    fn each_language_says_its_own_words_and_names_the_other() {
        assert!(page(Lang::Ja).contains("<html lang=\"ja\""));
        assert!(page(Lang::Ja).contains("任意") && !page(Lang::En).contains("任意"));
        assert!(page(Lang::En).contains("hreflang=\"ja\""));
    }

    #[test]
    fn a_reading_page_loads_no_script_and_stays_small() {
        let page = rendered(Lang::Ja, "", false);
        assert!(!page.contains("<script"));
        assert!(page.contains("/ja/sign-in"));
        assert!(rendered(Lang::Ja, "", true).contains("app.js?v="));
    }

    #[test]
    fn the_theme_is_in_the_page_only_when_it_was_chosen() {
        assert!(!rendered(Lang::En, "", false).contains("data-theme="));
        assert!(rendered(Lang::En, "dark", false).contains("<html lang=\"en\" data-theme=\"dark\">"));
    }

    /// Writes the page to the folder named by `STYLEGUIDE_OUT`, for taking pictures of it.
    #[test]
    fn the_page_can_be_written_to_a_folder() {
        let Ok(folder) = std::env::var("STYLEGUIDE_OUT") else {
            return;
        };
        for lang in Lang::ALL {
            for theme in ["light", "dark"] {
                std::fs::write(format!("{folder}/{lang}.{theme}.html"), rendered(lang, theme, lang == Lang::Ja))
                    .unwrap();
            }
        }
    }
}
