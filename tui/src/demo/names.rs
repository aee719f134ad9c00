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
    "变频器更换",
    "污水站提标",
    "余热回收",
    "屋顶光伏",
    "储能项目",
    "智能仓储",
    "输送线扩容",
    "机器人工作站",
    "视觉质检",
    "配电房改造",
    "空压站节能",
    "锅炉替换",
    "冷链改造",
    "消防系统",
    "门禁与安防",
    "设备租赁",
    "远程运维",
    "备用电源",
    "能源管理系统",
    "产线搬迁",
    "包装线升级",
    "计量仪表",
    "检测中心",
    "充电桩建设",
    "循环水改造",
    "安全评估",
    "预测性维护",
    "调度系统",
    "称重系统",
    "洁净室建设",
    "除尘改造",
    "网络改造",
];
/// What sets two deals about the same thing apart.
const CHINESE_SITES: &[&str] = &[
    "一厂",
    "二厂",
    "东区",
    "西区",
    "南区",
    "北区",
    "总部",
    "港区",
    "新园区",
    "老厂区",
];
const CHINESE_PHASES: &[&str] = &[
    "一期", "二期", "三期", "试点", "扩展", "2026年", "2027年", "2028年",
];
const WESTERN_DEALS: &[&str] = &[
    "Water line 2 retrofit",
    "Annual maintenance",
    "Energy audit",
    "Spare parts frame",
    "Pilot plant",
    "Online monitoring",
    "Controls upgrade",
    "Lab extension",
    "Operator training",
    "Data platform",
    "Drive replacement",
    "Effluent treatment",
    "Heat recovery",
    "Rooftop solar",
    "Battery storage",
    "Automated warehouse",
    "Conveyor extension",
    "Robot cell",
    "Vision inspection",
    "Switchgear renewal",
    "Compressed air savings",
    "Boiler replacement",
    "Cold chain rebuild",
    "Fire protection",
    "Site security",
    "Equipment rental",
    "Remote operations",
    "Backup power",
    "Energy management",
    "Line relocation",
    "Packaging line",
    "Flow metering",
    "Test centre",
    "Charging stations",
    "Cooling loop",
    "Safety assessment",
    "Predictive maintenance",
    "Dispatch system",
    "Weighbridge",
    "Clean room",
    "Dust extraction",
    "Plant network",
];
const WESTERN_SITES: &[&str] = &[
    "site A",
    "site B",
    "north hall",
    "south hall",
    "east wing",
    "harbour",
    "main works",
    "new campus",
    "headquarters",
    "depot",
];
const WESTERN_PHASES: &[&str] = &[
    "phase 1", "phase 2", "phase 3", "pilot", "roll-out", "2026", "2027", "2028",
];

/// Of a hundred deals so many are named after the thing alone, and so many after thing and place; the rest have a phase or a year.
const DEAL_NAME_SHAPES: [u64; 3] = [50, 25, 25];

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

/// A deal's name, in the language of its customer: the thing alone, because whoever shows a deal shows its customer beside it.
pub fn deal(random: &mut Random, customer: &str) -> String {
    let chinese = customer.chars().any(is_ideograph);
    let (things, sites, phases) = if chinese {
        (CHINESE_DEALS, CHINESE_SITES, CHINESE_PHASES)
    } else {
        (WESTERN_DEALS, WESTERN_SITES, WESTERN_PHASES)
    };
    let thing = random.word(things);
    let qualifiers = match random.weighted(&DEAL_NAME_SHAPES) {
        0 => return thing.to_owned(),
        1 => sites,
        _ => phases,
    };
    let qualifier = random.word(qualifiers);
    // Nobody writes `二期改造二期`.
    if thing.contains(qualifier) {
        return thing.to_owned();
    }
    if chinese {
        format!("{qualifier}{thing}")
    } else {
        format!("{thing} {qualifier}")
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
