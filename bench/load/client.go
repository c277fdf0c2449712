package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// errHTTP is an answer that is not HTTP/1.1 as the peers write it.
var errHTTP = errors.New("an answer that this client cannot read")

// errElsewhere is an address that is not this machine's.
var errElsewhere = errors.New("the benchmark sends nothing to other machines")

const bufferSize = 64 << 10

// maxBody is more than any answer of the benchmark takes.
const maxBody = 8 << 20

// Client is one connection to a server of this machine.
type Client struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

// Dial connects to an address of this machine, such as 127.0.0.1:8080.
func Dial(ctx context.Context, addr string) (*Client, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, fmt.Errorf("%w: %s", errElsewhere, addr)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Client{conn: conn, in: bufio.NewReaderSize(conn, bufferSize)}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Post writes out a POST request, to be sent as often as one likes. Headers are
// pairs of a name and a value.
func Post(path string, body []byte, headers ...string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", path, len(body))
	for i := 0; i+1 < len(headers); i += 2 {
		fmt.Fprintf(&out, "%s: %s\r\n", headers[i], headers[i+1])
	}
	out.WriteString("\r\n")
	out.Write(body)
	return out.Bytes()
}

// Do sends a request and gives the status and the body, which holds until the next
// call.
func (c *Client) Do(request []byte, patience time.Duration) (status int, body []byte, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	fields := bytes.Fields(line)
	if len(fields) < 2 {
		return 0, nil, errHTTP
	}
	if status, err = strconv.Atoi(string(fields[1])); err != nil {
		return 0, nil, errHTTP
	}
	length, err := c.headers()
	if err != nil {
		return 0, nil, err
	}
	c.body = c.body[:0]
	if length == chunked {
		return status, c.body, c.chunks()
	}
	err = c.read(length)
	return status, c.body, err
}

// chunked is the length of a body that comes in chunks.
const chunked = -1

var (
	contentLength    = []byte("content-length")
	transferEncoding = []byte("transfer-encoding")
)

// headers reads past the headers and gives the length of the body.
func (c *Client) headers() (int, error) {
	length := 0
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, transferEncoding):
			length = chunked
		case bytes.EqualFold(name, contentLength):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, errHTTP
			}
		}
	}
}

const hexadecimal = 16

func (c *Client) chunks() error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), hexadecimal, 32)
		if err != nil {
			return errHTTP
		}
		if err := c.read(int(size)); err != nil {
			return err
		}
		if _, err := c.in.Discard(len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}

// read appends so many bytes to the body.
func (c *Client) read(size int) error {
	at := len(c.body)
	if size < 0 || at+size > maxBody {
		return errHTTP
	}
	c.body = append(c.body, make([]byte, size)...)
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}
