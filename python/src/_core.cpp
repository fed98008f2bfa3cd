// The part of the package that is not Python: the core's client and its catalogue.
#include "core/base/secret_name.hpp"
#include "core/catalog/catalog_json.hpp"
#include "python/src/client.hpp"
#include "python/src/fields.hpp"
#include "python/src/outcome.hpp"
#include "python/src/python.hpp"
#include "python/src/texts.hpp"
#include "python/src/values.hpp"

namespace hostbill::python {
namespace {

py::object catalog(py::handle portal) {
    const Result<std::string> document = catalog_json(utf8(portal));
    if (!document)
        raise(document.error());
    return text_of(*document);
}

} // namespace

PYBIND11_MODULE(_core, module) {
    module.doc() = "The compiled part of hostbill; use the package instead.";
    module.attr("__version__") = HOSTBILL_VERSION;
    module.def("catalog", &catalog);
    module.def("is_secret_name", [](py::handle name) { return is_secret_name(utf8(name)); });
    define_client(module);
    define_fields(module);
}

} // namespace hostbill::python
