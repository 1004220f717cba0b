//! Fields, modalities, stages and clinical specialties.

use kernel::record::{Vocabulary, term};

pub static FIELDS: Vocabulary = Vocabulary {
    key: "field",
    terms: &[
        term("regenerative_medicine", "再生医療", "Regenerative medicine"),
        term("cell_processing", "細胞加工", "Cell processing"),
        term("gene_therapy", "遺伝子治療", "Gene therapy"),
        term("drug_discovery", "創薬", "Drug discovery"),
        term("immunology", "免疫", "Immunology"),
        term("oncology", "がん", "Oncology"),
        term("cardiology", "循環器", "Cardiology"),
        term("ophthalmology", "眼科", "Ophthalmology"),
        term("orthopaedics", "整形外科", "Orthopedics"),
        term("neurology", "脳・神経", "Neurology"),
        term("dentistry", "歯科", "Dentistry"),
        term("diagnostics_imaging", "診断・画像", "Diagnostics, imaging"),
        term("devices", "医療機器", "Devices"),
        term("digital_health", "デジタルヘルス", "Digital health"),
        term("ai_data", "AI・データ", "AI and data"),
        term("biomanufacturing", "バイオ製造", "Biomanufacturing"),
        term("quality_testing", "品質試験", "Quality testing"),
        term("logistics_cold_chain", "低温輸送・物流", "Cold chain and logistics"),
        term("regulatory", "薬事・規制", "Regulatory affairs"),
        term("clinical_trials", "治験・臨床研究", "Clinical trials"),
        term("nursing", "看護", "Nursing"),
        term("health_sciences", "保健学", "Health sciences"),
        term("public_health", "公衆衛生", "Public health"),
        term("rehabilitation", "リハビリテーション", "Rehabilitation"),
        term("aging", "老化・高齢者", "Aging"),
        term("policy", "政策", "Policy"),
        term("finance", "金融・投資", "Finance"),
        term("education", "教育・人材育成", "Education"),
    ],
};

pub static MODALITIES: Vocabulary = Vocabulary {
    key: "modality",
    terms: &[
        term("ips_cell", "iPS細胞", "iPS cells"),
        term("es_cell", "ES細胞", "ES cells"),
        term("mesenchymal_cell", "間葉系細胞", "Mesenchymal cells"),
        term("cell_sheet", "細胞シート", "Cell sheets"),
        term("organoid", "オルガノイド", "Organoids"),
        term("car_t", "CAR-T", "CAR-T"),
        term("gene_vector", "遺伝子ベクター", "Gene vectors"),
        term("antibody", "抗体", "Antibodies"),
        term("small_molecule", "低分子", "Small molecules"),
        term("mrna", "mRNA", "mRNA"),
        term("device", "機器", "Devices"),
        term("software", "ソフトウェア", "Software"),
        term("diagnostic", "診断薬・検査", "Diagnostics"),
        term("tissue_engineering", "組織工学", "Tissue engineering"),
        term("service", "サービス", "Services"),
    ],
};

pub static STAGES: Vocabulary = Vocabulary {
    key: "stage",
    terms: &[
        term("idea", "構想", "Idea"),
        term("basic_research", "基礎研究", "Basic research"),
        term("preclinical", "前臨床", "Preclinical"),
        term("regulatory_consultation", "規制相談", "Regulatory consultation"),
        term("clinical_trial", "治験", "Clinical trial"),
        term("approval_application", "承認申請", "Approval application"),
        term("manufacturing", "製造", "Manufacturing"),
        term("market", "市場", "Market"),
    ],
};

pub static SPECIALTIES: Vocabulary = Vocabulary {
    key: "specialty",
    terms: &[
        term("cardiovascular", "循環器内科・心臓血管外科", "Cardiovascular"),
        term("orthopaedics", "整形外科", "Orthopedics"),
        term("dentistry", "歯科", "Dentistry"),
        term("ophthalmology", "眼科", "Ophthalmology"),
        term("oncology", "腫瘍内科", "Oncology"),
        term("neurology", "神経内科", "Neurology"),
        term("dermatology", "皮膚科", "Dermatology"),
        term("paediatrics", "小児科", "Pediatrics"),
        term("gastroenterology", "消化器内科", "Gastroenterology"),
        term("haematology", "血液内科", "Hematology"),
        term("general", "総合診療", "General medicine"),
    ],
};
