// The one translation unit of the gateway that holds the non-template code of Beast and of Asio's
// TLS streams, which uses OpenSSL. The kiosk's programs have one of their own, in firmware/link,
// without OpenSSL.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
