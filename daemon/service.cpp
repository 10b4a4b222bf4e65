#include "daemon/service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "catalog/error.h"
#include "daemon/alert_channels.h"
#include "daemon/alerts/courier_worker.h"
#include "daemon/courier_log.h"
#include "daemon/credentials_accounts.h"
#include "daemon/credentials_worker.h"
#include "daemon/event_log.h"
#include "daemon/event_metrics.h"
#include "daemon/heartbeat.h"
#include "daemon/random.h"
#include "daemon/sync/fetchers.h"
#include "daemon/sync/image_files.h"
#include "daemon/sync/inbox.h"
#include "daemon/sync/sync.h"
#include "daemon/sync/sync_worker.h"
#include "daemon/sync_outbox.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod_account.h"
#include "daemon/web/control.h"

namespace vodcatalog {
namespace {

/// A step takes milliseconds; a commit may wait for a slow disk.
constexpr std::chrono::seconds kQuietMax{25};

SyncSettings sync_settings(const Settings& settings) {
    SyncSettings sync;
    for (const AccountSettings& account : settings.accounts) {
        SyncAccount& its = sync.accounts.emplace_back();
        its.name = account.name;
        its.was = account.was;
        its.region = account.region;
        its.endpoint = account.endpoint.url();
        its.operation = account.operation;
        its.get_image_infos_per_second = account.calls_per_second.get_image_infos;
        its.get_image_info_per_second = account.calls_per_second.get_image_info;
        its.calls_per_day = account.calls_per_day;
    }
    const ScheduleSettings& schedule = settings.schedule;
    sync.poll.uploading_root = schedule.uploading.root;
    sync.poll.uploading_min = schedule.uploading.min;
    sync.poll.uploading_max = schedule.uploading.max;
    sync.poll.normal_fraction = schedule.normal.fraction;
    sync.poll.normal_min = schedule.normal.min;
    sync.poll.normal_max = schedule.normal.max;
    sync.poll.stuck_after = schedule.stuck_after;
    sync.alerts = {settings.alerts.failure_rate, settings.alerts.no_completions,
                   settings.alerts.over_capacity, settings.alerts.policy()};
    // Three wait for each one under way: what is due is looked for when half of them are gone.
    sync.calls_in_flight_max = 4 * static_cast<std::size_t>(settings.fetchers);
    return sync;
}

std::vector<VodAccount> vod_accounts(const Settings& settings,
                                     const CredentialsWorker& credentials) {
    std::vector<VodAccount> accounts;
    for (const AccountSettings& account : settings.accounts)
        accounts.push_back(vod_account(account, credentials.source(accounts.size())));
    return accounts;
}

/// Incidents that are read with each message: as many as any channel lists.
int items_max(const AlertSettings& alerts) {
    const auto is_machine = [](const ChannelSettings& channel) {
        return channel.type == ChannelType::alertmanager;
    };
    const bool any = std::any_of(alerts.channels.begin(), alerts.channels.end(), is_machine);
    return any ? kMachineItemsMax : alerts.group_max;
}

/// Tells the log and the metrics, and the courier what the catalog cannot tell it: that it is full.
class Listener final : public SyncListener {
public:
    Listener(Log& log, Metrics& metrics) : log_(log), metrics_(metrics) {}
    void on_event(const SyncEvent& event) override {
        log_.on_event(event);
        metrics_.on_event(event);
        if (courier == nullptr) return;
        if (const auto* trouble = std::get_if<CatalogTrouble>(&event)) {
            courier->on_catalog_trouble(trouble->since, trouble->message);
        }
        if (std::holds_alternative<CatalogRecovered>(event)) courier->on_catalog_recovered();
    }
    CourierWorker* courier = nullptr;

private:
    EventLog log_;
    EventMetrics metrics_;
};

}  // namespace

struct Service::Parts {
    Parts(const Settings& settings, catalog::Catalog& catalog, const Clock& clock, Log& its_log,
          Redactor& redactor, Watchdog& watchdog, Pages its_pages, std::function<void()> ended)
        : log(its_log),
          courier_log(its_log),
          pages(std::move(its_pages)),
          listener(its_log, pages.metrics),
          sync(catalog, clock, random, listener, sync_settings(settings)),
          deadlines(clock),
          heartbeat_deadlines(clock),
          names(clock),
          accounts(settings.accounts.size()),
          credentials_pulse(watchdog, "credentials", CredentialsWorker::kTurnMax),
          credentials(credentials_accounts(settings, deadlines, names, clock), clock, its_log,
                      redactor,
                      {[this] { on_credentials_turn(); }, [this] { deadlines.abort_all(); },
                       [this](std::size_t account) { tell_renewed(account); }}),
          fetchers(
              static_cast<std::size_t>(settings.fetchers), vod_accounts(settings, credentials),
              [this, &clock](const VodAccount& account) {
                  return std::make_unique<PocoHttpClient>(deadlines, names, clock, account.ca_file,
                                                          account.proxy);
              },
              clock, inbox),
          pulse(watchdog, "sync", kQuietMax),
          courier_pulse(watchdog, "courier", kQuietMax),
          outbox(inbox, items_max(settings.alerts)),
          courier(make_outlets(settings.alerts, {deadlines, names, clock, redactor}), outbox, clock,
                  redactor, courier_hooks()) {
        catalog.set_utc_offset(settings.reporting.utc_offset);
        listener.courier = &courier;
        for (std::size_t i = 0; i < settings.accounts.size(); ++i) {
            names_of_accounts.push_back(settings.accounts[i].name);
            sync.load_ids(i, catalog::Source::settings, make_id_set(settings.accounts[i].images));
            files.emplace_back(settings.accounts[i].image_files);
            ImageFiles::Reading reading = files.back().read();
            tell(reading);
            sync.load_ids(i, catalog::Source::file, std::move(reading.ids));
        }
        tell_credentials();
        SyncWorker::Hooks hooks{[this] { pulse.beat(); },
                                std::move(ended),
                                [this] { deadlines.abort_all(); },
                                [this] { courier.stop(); },
                                [this] { return courier.is_settled(); },
                                [this](const SyncStatus& status) {
                                    pages.board.set_accounts(accounts_of(status),
                                                             trouble_of(status));
                                }};
        worker = std::make_unique<SyncWorker>(sync, inbox, fetchers, clock,
                                              settings.shutdown_timeout, std::move(hooks));
        start_heartbeat(settings.alerts, clock, redactor);
    }

    void start_heartbeat(const AlertSettings& alerts, const Clock& clock, Redactor& redactor) {
        if (!alerts.heartbeat_url_file.given()) return;
        auto http = std::make_unique<PocoHttpClient>(heartbeat_deadlines, names, clock, "");
        heartbeat = std::make_unique<HeartbeatWorker>(
            Heartbeat([file = alerts.heartbeat_url_file] { return file.read(); }, std::move(http),
                      pages.wrong, redactor, log),
            alerts.heartbeat_every, [this] { heartbeat_deadlines.abort_all(); });
    }

    /// The account's place in the settings.
    [[nodiscard]] std::size_t find(const std::optional<std::string>& name) const {
        if (!name && names_of_accounts.size() == 1) return 0;
        const std::string known = fmt::format("{}", fmt::join(names_of_accounts, ", "));
        if (!name) throw ControlError(400, "there are several accounts; name one of " + known);
        const auto found = std::find(names_of_accounts.begin(), names_of_accounts.end(), *name);
        if (found == names_of_accounts.end())
            throw ControlError(404, "account " + *name + ": there is none; name one of " + known);
        return static_cast<std::size_t>(found - names_of_accounts.begin());
    }

    /// Has the sync thread do it, and hands over what comes of it.
    Order order(const std::optional<std::string>& account,
                std::int64_t (*act)(Sync&, std::size_t)) {
        const std::size_t i = find(account);
        return {names_of_accounts[i], command([i, act](Sync& step) { return act(step, i); })};
    }

    std::future<std::int64_t> command(std::function<std::int64_t(Sync&)> work) {
        const auto done = std::make_shared<std::promise<std::int64_t>>();
        auto result = done->get_future();
        const bool taken = inbox.post([done, work = std::move(work)](Sync& step) {
            try {
                done->set_value(work(step));
            } catch (const catalog::Retryable&) {
                done->set_exception(std::current_exception());
            }
        });
        if (!taken) throw ControlError(503, "the daemon has too much to do; try again");
        return result;
    }

    std::future<Delivery> try_channel(const std::string& channel) {
        const auto done = std::make_shared<std::promise<Delivery>>();
        auto result = done->get_future();
        switch (
            courier.try_channel(channel, [done](const Delivery& its) { done->set_value(its); })) {
            case CourierWorker::Trial::begun:
                return result;
            case CourierWorker::Trial::busy:
                throw ControlError(503, "channel " + channel + ": it is being tried already");
            case CourierWorker::Trial::no_such_channel:
                break;
        }
        throw ControlError(404, "channel " + channel + ": alerts.channels has none of that name");
    }

    /// Where the queue is full, the account's own next probe comes to the same.
    void tell_renewed(std::size_t account) {
        static_cast<void>(
            inbox.post([account](Sync& its_sync) { its_sync.on_new_credentials(account); }));
    }

    void on_credentials_turn() {
        credentials_pulse.beat();
        tell_credentials();
    }
    void tell_credentials() {
        std::vector<DaemonStatus::Credentials> all;
        for (std::size_t i = 0; i < accounts; ++i) {
            const auto session = credentials.source(i)->current();
            all.push_back({session != nullptr, session ? session->expires_at : std::nullopt});
        }
        pages.board.set_credentials(std::move(all));
    }

    CourierWorker::Hooks courier_hooks() {
        // The sync thread waits for it at its end.
        const auto wake = [this] { static_cast<void>(inbox.post([](Sync&) {})); };
        return {[this] { courier_pulse.beat(); }, wake,
                [this](const catalog::Notice& notice, const Delivery& delivery) {
                    courier_log.on_attempt(notice, delivery);
                    count_attempt(pages.metrics, notice, delivery);
                }};
    }

    void tell(const ImageFiles::Reading& reading) {
        for (const std::string& problem : reading.problems) log.warning(problem);
    }

    // Built in this order: the thread that uses all the others last, so that it ends first.
    Log& log;
    SystemRandom random;
    CourierLog courier_log;
    const Pages pages;
    Listener listener;
    Sync sync;
    Inbox inbox;
    DeadlineWatch deadlines;
    DeadlineWatch heartbeat_deadlines;
    NameLookup names;
    const std::size_t accounts;
    Pulse credentials_pulse;
    CredentialsWorker credentials;
    Fetchers fetchers;
    Pulse pulse;
    std::vector<std::string> names_of_accounts;
    Pulse courier_pulse;
    SyncOutbox outbox;
    CourierWorker courier;
    std::vector<ImageFiles> files;  ///< In the order of the accounts.
    std::unique_ptr<SyncWorker> worker;
    std::unique_ptr<HeartbeatWorker> heartbeat;
};

Service::Service(const Settings& settings, catalog::Catalog& catalog, const Clock& clock, Log& log,
                 Redactor& redactor, Watchdog& watchdog, Pages pages, std::function<void()> ended)
    : parts_(std::make_unique<Parts>(settings, catalog, clock, log, redactor, watchdog,
                                     std::move(pages), std::move(ended))) {}

Service::~Service() {
    // What is under way after a failure, or after the time to stop, is not waited for.
    if (parts_->worker->failure()) parts_->deadlines.abort_all();
}

void Service::stop() {
    parts_->worker->stop();
}

std::exception_ptr Service::failure() const noexcept {
    return parts_->worker->failure();
}

std::string Service::summary() const {
    return parts_->worker->summary();
}

Service::Order Service::accept_gone(const std::optional<std::string>& account) {
    return parts_->order(account, [](Sync& sync, std::size_t i) { return sync.accept_gone(i); });
}

Service::Order Service::accept_untrack(const std::optional<std::string>& account) {
    return parts_->order(account, [](Sync& sync, std::size_t i) {
        return static_cast<std::int64_t>(sync.accept_untrack(i));
    });
}

std::future<std::int64_t> Service::command(std::function<std::int64_t(Sync&)> work) {
    return parts_->command(std::move(work));
}

void Service::check_account(const std::string& account) const {
    static_cast<void>(parts_->find(account));
}

std::future<Delivery> Service::try_channel(const std::string& channel) {
    return parts_->try_channel(channel);
}

void Service::look_at_files() {
    for (std::size_t i = 0; i < parts_->files.size(); ++i) {
        if (!parts_->files[i].changed()) continue;
        ImageFiles::Reading reading = parts_->files[i].read();
        parts_->tell(reading);
        const bool taken = parts_->inbox.post([i, ids = std::move(reading.ids)](Sync& sync) {
            sync.load_ids(i, catalog::Source::file, ids);
        });
        if (!taken)
            parts_->log.warning(
                "Too busy to take in changed ID lists; they are read again with the next change.");
    }
}

}  // namespace vodcatalog
