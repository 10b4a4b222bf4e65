#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "catalog/alert_policy.h"
#include "catalog/database.h"
#include "catalog/incident.h"

namespace catalog {

/// An incident that begins.
struct Opening {
    Rule rule = Rule::catalog_full;
    std::optional<std::int64_t> account_key{};  ///< Nothing: about the daemon itself.
    std::optional<std::int64_t> image_key{};    ///< Nothing: about the whole account.
    WallTime at{};
    bool late = false;
    std::string detail{};  ///< What the rule's own text does not say; empty: nothing.
};

struct OpenIncident {
    std::int64_t incident_id = 0;
    Rule rule = Rule::catalog_full;
    std::optional<std::int64_t> account_key;
    std::optional<std::int64_t> image_key;
};

/// The tables incident and silence. Works inside the caller's transaction.
class IncidentStore {
public:
    explicit IncidentStore(Database& database);

    /// The key of the new row; nothing if such an incident is open already.
    [[nodiscard]] std::optional<std::int64_t> add(const Opening& opening,
                                                  std::optional<WallTime> silenced_until);
    void close(std::int64_t incident_id, CloseReason reason, WallTime at);
    /// Not before `until`; nothing: from now on.
    void silence(std::int64_t incident_id, std::optional<WallTime> until);
    void reminded(std::int64_t incident_id, WallTime at);

    /// At that very moment, whether or not it is still open.
    [[nodiscard]] bool was_opened(Rule rule, WallTime at);

    // Of the open ones:
    [[nodiscard]] std::optional<OpenIncident> find(Rule rule,
                                                   std::optional<std::int64_t> account_key,
                                                   std::optional<std::int64_t> image_key);
    [[nodiscard]] std::optional<OpenIncident> find(std::int64_t incident_id);
    [[nodiscard]] std::vector<OpenIncident> of_image(std::int64_t image_key);
    /// Of all that is about an account.
    [[nodiscard]] std::vector<OpenIncident> of_accounts();
    /// Opened before `before`, about images of accounts that give answers.
    [[nodiscard]] std::vector<OpenIncident> of_images_before(WallTime before, int limit);
    [[nodiscard]] std::vector<OpenIncident> silenced_until(WallTime until, int limit);
    /// Not about images, and not told since `since`.
    [[nodiscard]] std::vector<OpenIncident> to_remind(WallTime since, int limit);

    /// Images whose present upload was found stuck, whether or not that is still open.
    [[nodiscard]] std::unordered_set<std::int64_t> stuck_images();

    /// What filters look at; the image's part only with `with_image`.
    [[nodiscard]] AlertSubject subject(Rule rule, std::optional<std::int64_t> account_key,
                                       std::optional<std::int64_t> image_key, bool with_image);

    std::int64_t add_silence(const Silence& silence);
    /// False if it had ended, or never was.
    bool end_silence(std::int64_t silence_id, WallTime at);
    [[nodiscard]] std::vector<Silence> silences(WallTime after);

private:
    Statement add_;
    Statement close_;
    Statement silence_;
    Statement reminded_;
    Statement was_opened_;
    Statement find_;
    Statement find_by_id_;
    Statement of_image_;
    Statement of_accounts_;
    Statement of_images_before_;
    Statement silenced_until_;
    Statement to_remind_;
    Statement stuck_images_;
    Statement account_name_;
    Statement image_;
    Statement tags_;
    Statement add_silence_;
    Statement end_silence_;
    Statement unsilence_;
    Statement silences_;
};

}  // namespace catalog
