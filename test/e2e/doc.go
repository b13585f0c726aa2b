// Package e2e holds the browser journeys, named by story. They run in Chromium against the
// demo of Hải Phòng 2018 on an embedded database.
package e2e
