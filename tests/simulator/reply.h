#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/simulator/dice.h"
#include "tests/simulator/fault.h"
#include "tests/simulator/http_request.h"
#include "tests/simulator/refusal.h"
#include "tests/simulator/request_id.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/served_record.h"

namespace simulator {

/// One answer, ready to be sent, and what is to go wrong on its way.
struct Reply {
    int http_status = 200;
    std::string content_type = "application/json;charset=utf-8";
    Pairs headers;  ///< Besides the usual ones.
    std::string body;
    RequestId request_id;
    std::string code;          ///< Of the error, if it is one of the cloud's.
    std::optional<Told> told;  ///< What its reader learns; nothing if it is an error.
    Fault fault = Fault::none;
    /// By how much the server's clock is ahead, as this answer's reader is to see it.
    Milliseconds clock_skew{0};
    bool gateway = true;  ///< It has the headers of the API's gateway.
};

/// Turns `reply` into the error answer, as JSON; `host` is who says so. With `denied_action` (such
/// as "vod:GetImageInfo") a permission error says what was denied to whom (`uid`).
void write_error(const Refusal& refusal, const std::string& host, Reply& reply,
                 const std::string& denied_action = "", const std::string& uid = "");

/// Adds the headers that say how long to wait.
void add_hints(const Throttle& throttle, Reply& reply);

/// Makes a proxy's page of it, or an answer without an answer: for Fault::proxy_502 and so on,
/// redirects, odd statuses; anything else is left alone.
void replace_answer(Fault fault, const Faults& faults, Reply& reply);

/// Breaks a JSON document so that no reader can take it for one, not even after replacing bad
/// UTF-8.
void garble(std::string& body, Dice& dice);

}  // namespace simulator
