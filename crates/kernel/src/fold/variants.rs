//! Kanji that are one name to their bearers and two characters to a computer. For matching only.
//!
//! Sources: the old and new forms of the jōyō and jinmeiyō tables, and forms common in family registers. NFKC joins
//! none of these. Never here: characters that merely look alike or differ in meaning outside names.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Each group: the form matched on, then the forms that fold into it.
pub(super) const GROUPS: &str = "
沢澤 高髙 崎﨑嵜 辺邊邉 斎齋斉齊 国國囯 広廣 浜濱濵 瀬瀨 徳德 真眞 学學斈 会會 島嶋嶌 吉𠮷 桜櫻 竜龍 滝瀧 富冨 峰峯 条條 栄榮
万萬 与與 円圓 恵惠 寿壽 実實 県縣 関關 静靜 黒黑 横橫 薮藪籔 桧檜 槙槇 経經 継繼 剣劍劔剱釼 厳嚴 亜亞 囲圍 為爲 壱壹 衛衞 駅驛
塩鹽 応應 欧歐 奥奧 価價 絵繪 覚覺 楽樂 巻卷 館舘 観觀 気氣 帰歸 亀龜 旧舊 拠據 峡峽 尭堯 暁曉 区區 薫薰 径徑 鶏鷄 芸藝 検檢
権權 顕顯 験驗 戸戶 号號 済濟 雑雜 蔵藏 参參 児兒 辞辭 釈釋 収收 従從 渋澁澀 縦縱 処處 緒緖 渉涉 奨奬獎 将將 焼燒 証證 乗乘 浄淨
畳疊 状狀 縄繩 壌壤 嬢孃 譲讓 触觸 慎愼 晋晉 尽盡 図圖 酔醉 穂穗 随隨 数數 声聲 摂攝 専專 浅淺 戦戰 銭錢 潜潛 禅禪 双雙 総總
聡聰 荘莊 増增 巣巢 属屬 続續 対對 体體 帯帶 台臺 択擇 単單 担擔 団團 弾彈 断斷 遅遲 昼晝 虫蟲 鋳鑄 庁廳 聴聽 鎮鎭 鉄鐵鉃 転轉
点點 伝傳 党黨 当當 灯燈 闘鬪 稲稻 独獨 読讀 弐貳 脳腦 拝拜 売賣 麦麥 発發 払拂 仏佛 並竝 変變 弁辨辯 宝寶寳 豊豐 満滿 黙默
弥彌 薬藥 訳譯 余餘 誉譽 揺搖 様樣 来來 頼賴 乱亂 覧覽 両兩 緑綠 励勵 礼禮 霊靈 齢齡 恋戀 炉爐 労勞 郎郞 楼樓 録錄 湾灣 凛凜
遥遙 瑶瑤 曽曾 桑桒 柳栁 昇曻 鴎鷗 侠俠 掴摑 頬頰 祢禰 芦蘆 蛍螢 靭靱 頴穎 野埜 船舩 脇𦚰 篭籠 麹麴 繍繡 淵渕 涼凉 橋𣘺 歩步
税稅 説說 郷鄕 教敎 青靑 清淸 産產 毎每 喜㐂 松枩柗 秋穐 世卋 熙煕 強强 尚尙 悦悅 鋭銳 閲閱
";

static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    GROUPS
        .split_whitespace()
        .filter_map(|group| {
            let mut forms = group.chars();
            forms.next().map(|target| (target, forms))
        })
        .flat_map(|(target, forms)| forms.map(move |form| (form, target)))
        .filter(|(form, target)| form != target)
        .collect()
});

/// The form of a character that names are compared on; itself when it has no variants.
pub(super) fn folded(character: char) -> char {
    TABLE.get(&character).copied().unwrap_or(character)
}

/// How many variant forms are known.
#[cfg(test)]
pub(super) fn count() -> usize {
    TABLE.len()
}
