package doctor

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// spoken are the classes of PostgreSQL's errors whose text is about the connection
// alone: who may not come in, which database is not there, what has run out. The
// text of any other may quote a row.
var spoken = []string{"08", "28", "3D", "53", "57"}

// reason says why something did not work, without a password, a URL or a value.
func reason(err error) string {
	var refused *pq.Error
	var network *net.OpError
	var address *url.Error
	switch {
	case errors.As(err, &address):
		return "the URL cannot be read"
	case errors.Is(err, pq.ErrSSLNotSupported):
		return "the server does not offer TLS, which the URL's sslmode asks for"
	case errors.As(err, &refused) && slices.Contains(spoken, string(refused.Code.Class())):
		return refused.Message
	case errors.As(err, &network):
		return network.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "there was no answer within " + patience.String()
	case errors.Is(err, context.Canceled):
		return "it was stopped"
	}
	return telemetry.KindOf(err)
}

// oneLine folds a text into one line of bearable length.
func oneLine(text string) string {
	const longest = 600
	line := strings.Join(strings.Fields(text), " ")
	if len(line) > longest {
		return strings.ToValidUTF8(line[:longest], "") + " …"
	}
	return line
}
