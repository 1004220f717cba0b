//! How permissions are called on forms of tokens. Their codes are those of the API.

use kernel::{Both, Permission, both};

/// Every permission, in the order in which forms list them.
pub const ALL: [Permission; 13] = [
    Permission::EditOwnParty,
    Permission::EditDirectory,
    Permission::ReviewDirectory,
    Permission::EditAgreements,
    Permission::RunRounds,
    Permission::EditGatherings,
    Permission::Import,
    Permission::Export,
    Permission::ReadHistory,
    Permission::ManageJobs,
    Permission::HandlePrivacy,
    Permission::ManageAccounts,
    Permission::ManageHub,
];

pub const fn label(permission: Permission) -> Both {
    match permission {
        Permission::EditOwnParty => both("自分の組織の編集", "Edit own organizations"),
        Permission::EditDirectory => both("名簿の編集", "Edit the directory"),
        Permission::ReviewDirectory => both("変更の確認と統合", "Review changes and merge"),
        Permission::EditAgreements => both("協定の編集", "Edit agreements"),
        Permission::RunRounds => both("面談会の運営", "Run discussion rounds"),
        Permission::EditGatherings => both("催しの編集と受付", "Edit gatherings and their registrations"),
        Permission::Import => both("取り込み", "Import"),
        Permission::Export => both("書き出し", "Export"),
        Permission::ReadHistory => both("履歴の閲覧", "Read histories"),
        Permission::ManageJobs => both("ジョブの管理", "Manage jobs"),
        Permission::HandlePrivacy => both("個人データの申し出への対応", "Answer privacy requests"),
        Permission::ManageAccounts => both("アカウントの管理", "Manage accounts"),
        Permission::ManageHub => both("拠点の設定", "Settings of the hub"),
    }
}

/// `EditDirectory` is `edit_directory`.
pub fn code(permission: Permission) -> String {
    serde_json::to_value(permission).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

pub fn from_code(written: &str) -> Option<Permission> {
    ALL.into_iter().find(|permission| code(*permission) == written)
}
