#include "daemon/credentials_accounts.h"

#include <memory>
#include <string>

#include "daemon/vod/poco_http_client.h"

namespace vodcatalog {

std::vector<CredentialsWorker::Account> credentials_accounts(const Settings& settings,
                                                             DeadlineWatch& watch,
                                                             NameLookup& names,
                                                             const Clock& clock) {
    std::vector<CredentialsWorker::Account> accounts;
    for (const AccountSettings& account : settings.accounts) {
        const std::string ca_file = account.ca_file.string();
        accounts.push_back(
            {account.name, account.credentials,
             std::make_unique<PocoHttpClient>(watch, names, clock, ca_file, account.proxy),
             std::make_unique<PocoHttpClient>(watch, names, clock, ca_file)});
    }
    return accounts;
}

}  // namespace vodcatalog
