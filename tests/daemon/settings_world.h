#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/settings.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"
#include "tests/world/variable.h"

namespace vodcatalog {

/// A folder with a settings file in it, a secret beside it, and an environment with credentials.
class SettingsWorld : public testing::Test {
protected:
    SettingsWorld() {
        world::write_file(folder / "secret", "s3cret\n");
        world::write_file(folder / "ca.pem", "-----BEGIN CERTIFICATE-----\n");
    }

    /// An account's first line and the ones every account here has, at the top of a file.
    static std::string account(const std::string& more = "") {
        return "accounts:\n  - name: main\n    endpoint: http://127.0.0.1:8080\n" + more;
    }

    std::filesystem::path write(const std::string& text) const {
        return world::write_file(folder / "settings.yaml", text);
    }
    Settings load(const std::string& text) const { return load_settings(write(text)); }

    /// The problems of `text` as "LINE:COLUMN: what", the folder shown as DIR.
    std::vector<std::string> problems(const std::string& text) const {
        std::vector<std::string> list = check_settings(write(text));
        for (std::string& problem : list) problem = shortened(problem);
        return list;
    }
    /// The only problem.
    std::string problem(const std::string& text) const {
        const std::vector<std::string> list = problems(text);
        if (list.size() == 1) return list[0];
        std::string all = std::to_string(list.size()) + " problems:";
        for (const std::string& one : list) all += "\n" + one;
        return all;
    }
    std::string shortened(std::string text) const {
        const std::string file = (folder / "settings.yaml").string() + ":";
        if (text.starts_with(file)) text.erase(0, file.size());
        const std::string own = folder.path().string();
        for (auto at = text.find(own); at != std::string::npos; at = text.find(own)) {
            text.replace(at, own.size(), "DIR");
        }
        return text;
    }

    const world::TempFolder folder;
    const world::Variable id{"ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-environment"};
    const world::Variable secret{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "environment-s3cret"};
    const world::Variable token{"ALIBABA_CLOUD_SECURITY_TOKEN", std::nullopt};
    const world::Variable passed{"CREDENTIALS_DIRECTORY", std::nullopt};
    const world::Variable role_arn{"ALIBABA_CLOUD_ROLE_ARN", std::nullopt};
    const world::Variable provider_arn{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", std::nullopt};
    const world::Variable token_file{"ALIBABA_CLOUD_OIDC_TOKEN_FILE", std::nullopt};
    const world::Variable session_name{"ALIBABA_CLOUD_ROLE_SESSION_NAME", std::nullopt};
    const world::Variable ecs_name{"ALIBABA_CLOUD_ECS_METADATA", std::nullopt};
    const world::Variable no_ecs{"ALIBABA_CLOUD_ECS_METADATA_DISABLED", std::nullopt};
    const world::Variable no_imdsv1{"ALIBABA_CLOUD_IMDSV1_DISABLED", std::nullopt};
    const world::Variable sts_region{"ALIBABA_CLOUD_STS_REGION", std::nullopt};
    const world::Variable vpc{"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", std::nullopt};
};

}  // namespace vodcatalog
