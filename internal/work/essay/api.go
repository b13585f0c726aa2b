package essay

import (
	"bytes"
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// OwnList is the list of what concerns the actor.
type OwnList struct {
	Items []Mine `json:"items"`
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, _ *web.Empty) (OwnList, error) {
	items, err := s.Mine(ctx, who)
	return OwnList{items}, err
}

type taskIn struct {
	Task web.Ref `path:"task"`
}

func (s *Service) apiDesk(ctx context.Context, who access.Actor, in *taskIn) (Desk, error) {
	return s.Desk(ctx, who, in.Task.ID)
}

type savingIn struct {
	Task web.Ref `path:"task"`
	Body struct {
		Essay id.ID `json:"essay" doc:"made by the sender for a new one"`
		Save
	}
}

func (s *Service) apiSave(ctx context.Context, who access.Actor, in *savingIn) (Saved, error) {
	return s.Save(ctx, who, in.Task.ID, in.Body.Essay, in.Body.Save)
}

type handingIn struct {
	Task web.Ref `path:"task"`
	Body struct {
		Essay   id.ID `json:"essay"`
		Version id.ID `json:"version" doc:"made by the sender: the same one twice is handed in once"`
		Draft   *Save `json:"draft,omitempty" doc:"kept first, when it is given"`
	}
}

func (s *Service) apiHandIn(ctx context.Context, who access.Actor, in *handingIn) (Version, error) {
	return s.HandIn(ctx, who, in.Task.ID, in.Body.Essay, in.Body.Version, in.Body.Draft)
}

type attachIn struct {
	Task    web.Ref `path:"task"`
	File    web.Ref `path:"file" doc:"a new id: the same one sent twice keeps one file"`
	Essay   web.Ref `query:"essay" required:"true"`
	Name    string  `query:"name" maxLength:"300"`
	Over    bool    `query:"over" doc:"the text takes the place of the draft"`
	RawBody []byte  `contentType:"application/octet-stream"`
}

func (s *Service) apiAttach(ctx context.Context, who access.Actor, in *attachIn) (Uploaded, error) {
	return s.Attach(ctx, who, in.Task.ID, in.Essay.ID, Upload{ID: in.File.ID, Name: in.Name, Over: in.Over}, bytes.NewReader(in.RawBody))
}

type fileIn struct {
	Task web.Ref `path:"task"`
	File web.Ref `path:"file"`
}

func (s *Service) apiDetach(ctx context.Context, who access.Actor, in *fileIn) (web.Empty, error) {
	return web.Empty{}, s.Detach(ctx, who, in.Task.ID, in.File.ID)
}

type groupIn struct {
	Task web.Ref `path:"task"`
	Body struct {
		Essay  id.ID   `json:"essay"`
		People []id.ID `json:"people" maxItems:"30"`
	}
}

func (s *Service) apiGroup(ctx context.Context, who access.Actor, in *groupIn) (web.Empty, error) {
	return web.Empty{}, s.Group(ctx, who, in.Task.ID, in.Body.Essay, in.Body.People)
}

func (s *Service) apiLeave(ctx context.Context, who access.Actor, in *taskIn) (web.Empty, error) {
	return web.Empty{}, s.Leave(ctx, who, in.Task.ID)
}

type listIn struct {
	Campaign web.Ref `query:"campaign"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

// TaskList is a piece of the list of tasks.
type TaskList struct {
	Items []Listed `json:"items"`
	Next  string   `json:"next"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (TaskList, error) {
	rows, err := s.List(ctx, who, Query{Campaign: in.Campaign.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
	return TaskList{rows.Items, rows.Next}, err
}

// Setting is a task as it is set.
type Setting struct {
	ID          id.ID       `json:"id,omitempty" doc:"made by the sender: the same one twice makes one task"`
	Campaign    id.ID       `json:"campaign,omitempty"`
	Unit        id.ID       `json:"unit,omitempty"`
	Audience    id.ID       `json:"audience,omitempty" doc:"empty: every member"`
	Kind        string      `json:"kind" enum:"essay,scenario"`
	Title       string      `json:"title" maxLength:"300"`
	Prompt      string      `json:"prompt" maxLength:"12000"`
	Facts       string      `json:"facts,omitempty" maxLength:"12000"`
	Due         int64       `json:"due" doc:"Unix milliseconds UTC"`
	Least       int64       `json:"min_syllables,omitempty"`
	Handwritten bool        `json:"handwritten,omitempty"`
	Grouped     bool        `json:"grouped,omitempty"`
	InvitedAge  int64       `json:"invited_age,omitempty"`
	Pass        int64       `json:"pass"`
	Bound       int64       `json:"bound,omitempty"`
	Twice       int64       `json:"second_rate,omitempty"`
	Questions   []Question  `json:"questions" maxItems:"12"`
	Criteria    []Criterion `json:"criteria" maxItems:"8"`
}

func (n Setting) task() Task {
	return Task{ID: n.ID, Campaign: n.Campaign, Unit: n.Unit, Audience: n.Audience, Kind: n.Kind, Title: n.Title, Prompt: n.Prompt, Facts: n.Facts, Due: n.Due, Least: n.Least,
		Handwritten: n.Handwritten, Grouped: n.Grouped, InvitedAge: n.InvitedAge, Pass: n.Pass, Bound: n.Bound, Twice: n.Twice, Questions: n.Questions, Criteria: n.Criteria}
}

func (s *Service) apiDraft(ctx context.Context, who access.Actor, in *struct{ Body Setting }) (Task, error) {
	return s.Draft(ctx, who, in.Body.task())
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	Task web.Ref `path:"task"`
	Body Setting
}) (Task, error) {
	t := in.Body.task()
	t.ID = in.Task.ID
	return s.Edit(ctx, who, t)
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *taskIn) (Task, error) {
	return s.Task(ctx, who, in.Task.ID)
}

func (s *Service) apiOpen(ctx context.Context, who access.Actor, in *taskIn) (web.Empty, error) {
	return web.Empty{}, s.Open(ctx, who, in.Task.ID)
}

func (s *Service) apiClose(ctx context.Context, who access.Actor, in *taskIn) (web.Empty, error) {
	return web.Empty{}, s.Close(ctx, who, in.Task.ID)
}

func (s *Service) apiDelete(ctx context.Context, who access.Actor, in *struct {
	Essay web.Ref `path:"essay"`
	Body  struct {
		Why string `json:"why" minLength:"3" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Delete(ctx, who, in.Essay.ID, in.Body.Why)
}

func (s *Service) apiDiscard(ctx context.Context, who access.Actor, in *taskIn) (web.Empty, error) {
	_, err := s.Discard(ctx, who, in.Task.ID)
	return web.Empty{}, err
}

func (s *Service) apiLocal(ctx context.Context, who access.Actor, in *struct {
	Task web.Ref `path:"task"`
	Unit web.Ref `path:"unit"`
	Body struct {
		Facts string `json:"facts" maxLength:"2000" doc:"empty: none any more"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.SetLocal(ctx, who, in.Task.ID, in.Unit.ID, in.Body.Facts)
}
