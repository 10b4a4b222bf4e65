# Writes a copy of a source in which one rule is broken on purpose.
#   cmake -DIN=file.cpp -DOUT=file.cpp -DMUTANT=name -P mutate.cmake
# Fails if the text to break is not there any more: then the mutant has to be written anew.
file(READ ${IN} source)
if(MUTANT STREQUAL "rule_1")
    # The change commits before the row it belongs to.
    set(right "        catalog_->changes.add(asked.image_key, *recorded.status, request_id);\n")
    set(wrong "${right}        catalog_->commit_transaction();\n        catalog_->begin_transaction();\n")
elseif(MUTANT STREQUAL "rule_2")
    # A call error is taken for the answer that the images do not exist.
    set(right "    note_skew(account, answered.outcome);\n")
    set(wrong "${right}    if (answered.outcome.error && answered.outcome.error->http_status >= 500) {\n")
    string(APPEND wrong "        answered.outcome.error.reset();\n        answered.outcome.answer.clear();\n")
    string(APPEND wrong "        for (const auto& image : answered.call.asked)\n")
    string(APPEND wrong "            answered.outcome.answer.not_exist.push_back(image.image_id);\n    }\n")
elseif(MUTANT STREQUAL "rule_7")
    # No image is too old to be news.
    set(right "    return born_at < watch.first_start && born_at < first_seen_at - kNewsAge;\n")
    set(wrong "    return born_at < watch.first_start && born_at > first_seen_at;\n")
elseif(MUTANT STREQUAL "rule_8")
    # A delivery that is not written down yet is forgotten.
    set(right "        if (ticks_.contains(notice.key)) continue;\n")
    set(wrong "")
elseif(MUTANT STREQUAL "rule_9")
    # After a start an account is up until it is found down.
    set(right "    if (account.is_up && is_told) {\n")
    set(wrong "    if (!account.down && is_told) {\n")
else()
    message(FATAL_ERROR "no mutant ${MUTANT}")
endif()
string(FIND "${source}" "${right}" at)
if(at EQUAL -1)
    message(FATAL_ERROR "${IN}: what ${MUTANT} breaks is not there any more")
endif()
string(REPLACE "${right}" "${wrong}" source "${source}")
file(WRITE ${OUT} "${source}")
