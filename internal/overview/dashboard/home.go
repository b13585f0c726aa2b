package dashboard

import (
	"net/http"

	"quantriet/internal/base/access"
)

func (s *Service) pageHome(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return nil
}
func (s *Service) pageSearch(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return nil
}
