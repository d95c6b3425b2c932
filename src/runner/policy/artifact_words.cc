#include "runner/policy/artifact_words.h"

#include <algorithm>
#include <array>
#include <span>

namespace tabletalk::runner {
namespace {

using Words = std::span<const std::string_view>;

bool Has(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::string_view kValues[] = {"Array",
                                        "BigInt",
                                        "Boolean",
                                        "Date",
                                        "Error",
                                        "Infinity",
                                        "Map",
                                        "Math",
                                        "NaN",
                                        "Number",
                                        "RangeError",
                                        "RegExp",
                                        "Set",
                                        "TypeError",
                                        "WeakMap",
                                        "isNaN",
                                        "isFinite",
                                        "parseFloat",
                                        "parseInt",
                                        "arguments",
                                        "undefined",
                                        "clearInterval",
                                        "clearTimeout",
                                        "cancelAnimationFrame",
                                        "encodeURIComponent",
                                        "Uint8Array",
                                        "Int32Array",
                                        "Float32Array",
                                        "Float64Array",
                                        "String"};
constexpr std::string_view kNamespaces[] = {"Intl", "JSON", "Object", "React", "console"};
constexpr std::string_view kTimers[] = {"requestAnimationFrame", "setInterval", "setTimeout"};

// Of these, only what is listed; of other values, anything that is not a closed member.
struct Members {
  std::string_view global;
  Words words;
};
constexpr std::string_view kObject[] = {"assign", "entries", "freeze", "fromEntries", "groupBy",
                                        "hasOwn", "is",      "keys",   "values"};
constexpr std::string_view kJson[] = {"parse", "stringify"};
constexpr std::string_view kString[] = {"raw"};
constexpr std::string_view kConsole[] = {"debug", "error", "info", "log", "table", "warn"};
constexpr std::string_view kIntl[] = {"Collator",     "DateTimeFormat", "ListFormat",
                                      "NumberFormat", "PluralRules",    "RelativeTimeFormat"};
constexpr std::string_view kReact[] = {
    "Children",        "Component",  "Fragment",         "PureComponent", "StrictMode",
    "createContext",   "forwardRef", "isValidElement",   "memo",          "startTransition",
    "useCallback",     "useContext", "useDeferredValue", "useEffect",     "useId",
    "useLayoutEffect", "useMemo",    "useReducer",       "useRef",        "useState",
    "useTransition"};
constexpr Members kMembers[] = {{"Object", kObject},   {"JSON", kJson}, {"String", kString},
                                {"console", kConsole}, {"Intl", kIntl}, {"React", kReact}};

constexpr std::string_view kEval[] = {
    "AsyncFunction", "Function", "GeneratorFunction", "Proxy",         "Reflect", "ShadowRealm",
    "WebAssembly",   "eval",     "setImmediate",      "queueMicrotask"};
constexpr std::string_view kNetwork[] = {"BroadcastChannel",
                                         "EventSource",
                                         "FormData",
                                         "Headers",
                                         "Image",
                                         "MessageChannel",
                                         "Request",
                                         "RTCPeerConnection",
                                         "SharedWorker",
                                         "WebSocket",
                                         "WebTransport",
                                         "Worker",
                                         "XMLHttpRequest",
                                         "fetch",
                                         "importScripts",
                                         "navigator",
                                         "postMessage",
                                         "require"};
constexpr std::string_view kStorage[] = {"caches", "cookieStore", "indexedDB", "localStorage",
                                         "sessionStorage"};
constexpr std::string_view kPage[] = {
    "DOMParser", "alert",   "close",  "confirm", "customElements", "document",
    "event",     "exports", "frames", "global",  "globalThis",     "history",
    "location",  "module",  "open",   "opener",  "parent",         "print",
    "process",   "prompt",  "self",   "top",     "trustedTypes",   "window"};

// Names that data has too (location, document, parent, open) are not among them: they are closed as
// globals, and `row.location` is a column.
constexpr std::string_view kClosedMembers[] = {"Function",
                                               "XMLHttpRequest",
                                               "WebSocket",
                                               "EventSource",
                                               "__defineGetter__",
                                               "__defineSetter__",
                                               "__lookupGetter__",
                                               "__lookupSetter__",
                                               "__proto__",
                                               "appendChild",
                                               "attachShadow",
                                               "baseURI",
                                               "callee",
                                               "caller",
                                               "cloneElement",
                                               "constructor",
                                               "contentDocument",
                                               "contentWindow",
                                               "createElement",
                                               "createElementNS",
                                               "createFactory",
                                               "createRoot",
                                               "dangerouslySetInnerHTML",
                                               "defaultView",
                                               "eval",
                                               "fetch",
                                               "fromCharCode",
                                               "fromCodePoint",
                                               "getRootNode",
                                               "globalThis",
                                               "importScripts",
                                               "indexedDB",
                                               "innerHTML",
                                               "insertAdjacentElement",
                                               "insertAdjacentHTML",
                                               "insertBefore",
                                               "localStorage",
                                               "nativeEvent",
                                               "outerHTML",
                                               "ownerDocument",
                                               "parentElement",
                                               "parentNode",
                                               "postMessage",
                                               "prototype",
                                               "replaceChildren",
                                               "requestFullscreen",
                                               "sendBeacon",
                                               "sessionStorage",
                                               "setAttribute",
                                               "setAttributeNS",
                                               "setHTMLUnsafe",
                                               "srcdoc"};
constexpr std::string_view kClosedKeys[] = {"__proto__", "constructor", "prototype",
                                            "dangerouslySetInnerHTML"};

constexpr std::string_view kElements[] = {"a",
                                          "abbr",
                                          "article",
                                          "aside",
                                          "b",
                                          "blockquote",
                                          "br",
                                          "button",
                                          "caption",
                                          "circle",
                                          "clipPath",
                                          "code",
                                          "col",
                                          "colgroup",
                                          "datalist",
                                          "dd",
                                          "defs",
                                          "desc",
                                          "details",
                                          "div",
                                          "dl",
                                          "dt",
                                          "ellipse",
                                          "em",
                                          "feBlend",
                                          "feColorMatrix",
                                          "feComposite",
                                          "feDropShadow",
                                          "feFlood",
                                          "feGaussianBlur",
                                          "feMerge",
                                          "feMergeNode",
                                          "feOffset",
                                          "fieldset",
                                          "figcaption",
                                          "figure",
                                          "filter",
                                          "footer",
                                          "g",
                                          "h1",
                                          "h2",
                                          "h3",
                                          "h4",
                                          "h5",
                                          "h6",
                                          "header",
                                          "hr",
                                          "i",
                                          "image",
                                          "img",
                                          "input",
                                          "label",
                                          "legend",
                                          "li",
                                          "line",
                                          "linearGradient",
                                          "main",
                                          "mark",
                                          "marker",
                                          "mask",
                                          "meter",
                                          "nav",
                                          "ol",
                                          "optgroup",
                                          "option",
                                          "output",
                                          "p",
                                          "path",
                                          "pattern",
                                          "polygon",
                                          "polyline",
                                          "pre",
                                          "progress",
                                          "q",
                                          "radialGradient",
                                          "rect",
                                          "s",
                                          "section",
                                          "select",
                                          "small",
                                          "span",
                                          "stop",
                                          "strong",
                                          "sub",
                                          "summary",
                                          "sup",
                                          "svg",
                                          "symbol",
                                          "table",
                                          "tbody",
                                          "td",
                                          "text",
                                          "textPath",
                                          "textarea",
                                          "tfoot",
                                          "th",
                                          "thead",
                                          "time",
                                          "title",
                                          "tr",
                                          "tspan",
                                          "u",
                                          "ul",
                                          "use",
                                          "var",
                                          "wbr"};
constexpr std::string_view kAddressed[] = {"a",     "button",   "image", "img",
                                           "input", "textPath", "use"};
constexpr std::string_view kAddresses[] = {
    "action", "background", "cite", "codebase", "formaction", "href",       "longdesc", "manifest",
    "ping",   "poster",     "src",  "srcdoc",   "srcset",     "xlink:href", "xlinkhref"};

}  // namespace

std::optional<GlobalUse> UseOfGlobal(std::string_view name) {
  if (Has(kValues, name)) return GlobalUse::value;
  if (Has(kNamespaces, name)) return GlobalUse::namespace_;
  if (Has(kTimers, name)) return GlobalUse::timer;
  return std::nullopt;
}

bool MayReadMember(std::string_view global, std::string_view member) {
  for (const Members& members : kMembers)
    if (members.global == global) return Has(members.words, member);
  return true;
}

Closed WhyClosed(std::string_view name) {
  if (Has(kEval, name)) return {"eval_not_allowed", "text must not become code"};
  if (Has(kNetwork, name))
    return {"network_not_allowed", "a view has no network; it shows the `data` that it is given"};
  if (Has(kStorage, name)) return {"storage_not_allowed", "a view keeps nothing; use useState"};
  if (Has(kPage, name)) return {"page_not_allowed", "a view cannot reach the page around it"};
  return {"unknown_name", "it is not declared, not imported and not on the list of globals"};
}

bool IsClosedMember(std::string_view property) { return Has(kClosedMembers, property); }
bool IsClosedKey(std::string_view key) { return Has(kClosedKeys, key); }
bool IsKnownElement(std::string_view element) { return Has(kElements, element); }
bool HasAddress(std::string_view element) { return Has(kAddressed, element); }
bool IsAddressAttribute(std::string_view attribute) { return Has(kAddresses, attribute); }

}  // namespace tabletalk::runner
