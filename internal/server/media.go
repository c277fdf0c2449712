package server

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of answers. application/json is the older one: it tells by the
// status only whether the request could be read.
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// accepted chooses the media type of the answer: of those that a client accepts the
// one it weighs highest, the first of equals. No header, and any, is application/json.
func accepted(headers []string) (media string, ok bool) {
	if len(headers) == 0 {
		return mediaJSON, true
	}
	best := 0.0
	for _, header := range headers {
		for part := range strings.SplitSeq(header, ",") {
			if offered, weight := weigh(part); weight > best {
				media, best = offered, weight
			}
		}
	}
	return media, best > 0
}

// weigh gives the media type that a part of Accept leads to, and how much a client
// wants it; a weight of 0 is one that cannot be given.
func weigh(part string) (media string, weight float64) {
	named, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
	if err != nil {
		return "", 0
	}
	switch named {
	case mediaGraphQL, mediaJSON:
		media = named
	case "*/*", "application/*":
		media = mediaJSON
	default:
		return "", 0
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return "", 0
	}
	q, given := parameters["q"]
	if !given {
		return media, 1
	}
	weight, err = strconv.ParseFloat(q, 64)
	if err != nil || weight < 0 || weight > 1 {
		return "", 0
	}
	return media, weight
}
