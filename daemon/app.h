#pragma once

#include <Poco/Util/ServerApplication.h>

#include <string>

namespace vodcatalog {

/// The daemon `vodcatalogd`: reads the command line and the settings, opens the catalog, runs a
/// Service until a signal ends it. SIGHUP reads the settings again and keeps the old ones if the
/// new are bad. SIGTERM, SIGINT: ends within `shutdown_timeout`; a second one at once.
///
/// Exit codes (sysexits.h): 0; 64 usage; 69 (only --probe) an account gave no answer; 70 our bug;
/// 75 another process holds the catalog; 77 (only
/// --probe) an account has to be mended by a person; 78 settings or catalog have to be.
class App final : public Poco::Util::ServerApplication {
public:
    static constexpr int kUsage = 64;
    static constexpr int kUnavailable = 69;
    static constexpr int kSoftware = 70;
    static constexpr int kRefused = 77;

    /// The whole program; returns its exit code. Poco's own `--daemon` is not there: systemd does
    /// that better.
    [[nodiscard]] int start(int argc, char** argv);

protected:
    void initialize(Application& self) override;
    void defineOptions(Poco::Util::OptionSet& options) override;
    void handleOption(const std::string& name, const std::string& value) override;
    int main(const ArgVec& arguments) override;

private:
    enum class Task { serve, help, version, check_config, probe };
    [[nodiscard]] int print_help() const;
    [[nodiscard]] int check_config() const;
    [[nodiscard]] int probe() const;
    [[nodiscard]] int serve() const;

    Task task_ = Task::serve;
    std::string settings_file_ = "/etc/vodcatalog/vodcatalog.yaml";
};

}  // namespace vodcatalog
