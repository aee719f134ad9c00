//! Invented people, companies and deals. None of them is known to exist.

use super::random::Random;

const CHINESE_SURNAMES: &[&str] = &["苏", "柏", "席", "简", "纪", "阮", "喻", "滕", "蔺", "晏"];
const CHINESE_GIVEN: &[&str] = &[
    "知远", "清禾", "望舒", "南乔", "景行", "疏桐", "若水", "听澜", "怀瑾", "星野",
];
const ENGLISH_GIVEN: &[&str] = &[
    "Maren", "Tobin", "Imogen", "Callum", "Odette", "Fergus", "Priya", "Juno",
];
const ENGLISH_FAMILY: &[&str] = &[
    "Ashgrove", "Pellow", "Wickham", "Tarrant", "Hollis", "Marlowe", "Quill", "Fenwick",
];
const EUROPEAN_GIVEN: &[&str] = &[
    "Jörg",
    "Élodie",
    "Søren",
    "Inés",
    "Matteo",
    "Katarzyna",
    "Aino",
    "Luka",
];
const EUROPEAN_FAMILY: &[&str] = &[
    "Brünninghoff",
    "Lacombe",
    "Tveit",
    "Arrieta",
    "Cavallin",
    "Wolska",
    "Niemelä",
    "Novosel",
];

const CHINESE_COMPANIES: &[&str] = &[
    "江湾", "云杉", "恒岳", "澜石", "青砚", "远汀", "鹿鸣", "长庚", "苍屿", "霁川", "望岱", "沧原",
    "松壑", "晴岚",
];
const CHINESE_TRADES: &[&str] = &[
    "重工",
    "电力",
    "化工",
    "物流",
    "医疗",
    "精密",
    "食品",
    "新材料",
    "轨道",
    "水务",
];
const ENGLISH_COMPANIES: &[&str] = &[
    "Harrowgate Vale",
    "Bluefen",
    "Kestrel Ridge",
    "Old Quarry",
    "Saltmarsh",
    "Copperbeck",
    "Thornfield",
    "Millrace",
    "Windlass",
    "Northlea",
];
const ENGLISH_TRADES: &[&str] = &[
    "Logistics",
    "Foods",
    "Energy",
    "Robotics",
    "Packaging",
    "Health",
    "Water",
    "Rail",
];
const EUROPEAN_COMPANIES: &[&str] = &[
    "Lindqvarn",
    "Brauereck",
    "Ferrantini",
    "Oudekerk",
    "Peltomaa",
    "Vallombre",
    "Szarotka",
    "Montclar",
    "Gjerdalen",
    "Hohenried",
];
const EUROPEAN_FORMS: &[&str] = &["AG", "GmbH", "S.p.A.", "AB", "B.V.", "Oy", "SARL", "ASA"];

const CHINESE_DEALS: &[&str] = &[
    "二期改造",
    "年度维保",
    "能效审计",
    "备件框架",
    "试点产线",
    "在线监测",
    "控制系统升级",
    "实验室扩建",
    "培训服务",
    "数据平台",
];
const WESTERN_DEALS: &[&str] = &[
    "line 2 retrofit",
    "annual service",
    "energy audit",
    "spare parts frame",
    "pilot plant",
    "online monitoring",
    "controls upgrade",
    "lab extension",
    "training",
    "data platform",
];

const CHINESE_PURPOSES: &[&str] = &[
    "跟进报价",
    "确认需求",
    "方案讲解",
    "约见决策人",
    "商务条款",
    "现场勘察",
];
const WESTERN_PURPOSES: &[&str] = &[
    "Follow up on the offer",
    "Confirm needs",
    "Walk through the solution",
    "Meet the decider",
    "Contract terms",
    "Site survey",
];

/// Where deals come from.
pub const SOURCES: &[&str] = &[
    "Referral",
    "Trade fair",
    "Web",
    "Partner",
    "Cold call",
    "Existing customer",
];
/// Why deals are lost.
pub const LOSS_REASONS: &[&str] = &[
    "Price",
    "Chose a competitor",
    "No budget",
    "No decision",
    "Project stopped",
];

/// Which kind of name something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// 苏知远.
    Chinese,
    /// Maren Ashgrove.
    English,
    /// Søren Tveit.
    European,
}

impl Tongue {
    /// Of the `index`th thing: they take turns.
    pub fn of(index: usize) -> Self {
        [Self::Chinese, Self::English, Self::European][index % 3]
    }
}

/// A person's name.
pub fn person(random: &mut Random, tongue: Tongue) -> String {
    match tongue {
        Tongue::Chinese => format!(
            "{}{}",
            random.word(CHINESE_SURNAMES),
            random.word(CHINESE_GIVEN)
        ),
        Tongue::English => format!(
            "{} {}",
            random.word(ENGLISH_GIVEN),
            random.word(ENGLISH_FAMILY)
        ),
        Tongue::European => format!(
            "{} {}",
            random.word(EUROPEAN_GIVEN),
            random.word(EUROPEAN_FAMILY)
        ),
    }
}

/// A company's name.
pub fn company(random: &mut Random, tongue: Tongue) -> String {
    match tongue {
        Tongue::Chinese => format!(
            "{}{}",
            random.word(CHINESE_COMPANIES),
            random.word(CHINESE_TRADES)
        ),
        Tongue::English => format!(
            "{} {}",
            random.word(ENGLISH_COMPANIES),
            random.word(ENGLISH_TRADES)
        ),
        Tongue::European => format!(
            "{} {}",
            random.word(EUROPEAN_COMPANIES),
            random.word(EUROPEAN_FORMS)
        ),
    }
}

/// A deal's name, after its customer.
pub fn deal(random: &mut Random, customer: &str) -> String {
    if customer.is_ascii() || !customer.chars().any(is_ideograph) {
        format!("{customer} {}", random.word(WESTERN_DEALS))
    } else {
        format!("{customer}{}", random.word(CHINESE_DEALS))
    }
}

/// What an activity is for, in the language of its customer.
pub fn purpose(random: &mut Random, customer: &str) -> &'static str {
    if customer.chars().any(is_ideograph) {
        random.word(CHINESE_PURPOSES)
    } else {
        random.word(WESTERN_PURPOSES)
    }
}

/// A name that `taken` has not yet, added to it.
pub fn unused(
    taken: &mut std::collections::BTreeSet<String>,
    mut make: impl FnMut() -> String,
) -> String {
    let mut name = make();
    for number in 2.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = if number < 50 {
            make()
        } else {
            format!("{} {number}", make())
        };
    }
    name
}

fn is_ideograph(letter: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&letter)
}
