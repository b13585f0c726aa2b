// Package setting keeps values that come from a regulation or from the office's
// choice: each with the day it takes effect and the paper it rests on, so that an old
// campaign is still shown by the rule of its day.
//
// Table: setting_value.
package setting
