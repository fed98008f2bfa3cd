// The compositions of DNS: from their parameters to zones, plans and zone files, and back to JSON.
#pragma once

#include "core/tasks/composition.hpp"

namespace hostbill {

// dns.zones.find
void check_find_zone(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> run_find_zone(const CompositionCall &call, Run &run);

// dns.plan
void check_plan(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> run_plan(const CompositionCall &call, Run &run);

// dns.apply
void check_apply(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> run_apply(const CompositionCall &call, Run &run);
Result<json::Value> dry_run_apply(const CompositionCall &call, Run &run);

// dns.import_zone_file and dns.export_zone_file
void check_import(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> run_import(const CompositionCall &call, Run &run);
void check_export(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> run_export(const CompositionCall &call, Run &run);

} // namespace hostbill
