package document

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type keeper func(context.Context, access.Actor, Document) (Document, error)

func (s *Service) api(most int64) []web.Route {
	return []web.Route{
		web.Op("GET /api/v1/documents", access.DocumentRead, "list-documents", "Documents in sight, the newest first", s.apiList),
		web.OpFile("GET /api/v1/documents.csv", access.DocumentRead, "documents-csv", "The same list as a sheet", s.apiCSV),
		web.Op("POST /api/v1/documents", access.DocumentEdit, "register-document", "Put a document into the register of a unit", s.apiRegister),
		web.Op("GET /api/v1/documents/{document}", access.DocumentRead, "show-document", "A document with files, chain and coverage", s.apiShow),
		web.Op("PUT /api/v1/documents/{document}", access.DocumentEdit, "edit-document", "Change a document", s.apiEdit),
		web.Op("GET /api/v1/documents/{document}/coverage", access.DocumentRead, "document-coverage", "Which units have issued what implements it, by level", s.apiCover),
		web.Op("PUT /api/v1/documents/{document}/targets/{target}", access.DocumentEdit, "link-document", "Say that it implements another", s.apiLink),
		web.Op("DELETE /api/v1/documents/{document}/targets/{target}", access.DocumentEdit, "unlink-document", "Take that back", s.apiUnlink),
		web.OpUpload("PUT /api/v1/documents/{document}/files/{file}", access.DocumentEdit, most, "attach-file", "Add a file: its bytes are the body, its id is yours to make", s.apiAttach),
		web.OpFile("GET /api/v1/documents/{document}/files/{file}", access.DocumentRead, "download-file", "A file of a document", s.apiFile),
		web.Op("DELETE /api/v1/documents/{document}/files/{file}", access.DocumentEdit, "remove-file", "Take a file away", s.apiRemove),
	}
}

type filterIn struct {
	Find   string  `query:"q" maxLength:"100" doc:"words of number, title and issuer, marks do not matter"`
	Kind   string  `query:"kind" maxLength:"40"`
	Year   string  `query:"year" pattern:"^([12][0-9]{3})?$"`
	Issuer string  `query:"issuer" maxLength:"200"`
	Target web.Ref `query:"target" doc:"only what implements this document directly"`
	After  string  `query:"after" maxLength:"3000"`
	Limit  int     `query:"limit" minimum:"0" maximum:"500"`
}

func (in *filterIn) filter() Filter {
	return Filter{Find: in.Find, Kind: in.Kind, Year: in.Year, Issuer: in.Issuer, Target: in.Target.ID, Page: db.Page{After: in.After, Limit: in.Limit}}
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *filterIn) (Listed, error) {
	return s.List(ctx, who, in.filter())
}

func (s *Service) apiCSV(ctx context.Context, who access.Actor, in *filterIn) (web.File, error) {
	body, err := s.sheet(ctx, who, in.filter(), "csv", who.Lang)
	return web.File{Name: "documents.csv", Type: "text/csv; charset=utf-8", Body: body}, err
}

func (s *Service) sheet(ctx context.Context, who access.Actor, f Filter, kind, lang string) ([]byte, error) {
	var b bytes.Buffer
	err := s.Export(ctx, who, f, kind, lang, &b)
	return b.Bytes(), err
}

// Paper is what a client sends of a document.
type Paper struct {
	Kind       string  `json:"kind,omitempty" maxLength:"40" doc:"read from the number when empty"`
	Number     string  `json:"number,omitempty" maxLength:"60" example:"117-KH/TU"`
	Issuer     id.ID   `json:"issuer,omitempty" doc:"unit of the tree; only such issuers count for coverage"`
	IssuerName string  `json:"issuer_name,omitempty" maxLength:"200" doc:"when the issuer is not of the tree"`
	IssuedOn   string  `json:"issued_on" format:"date"`
	Title      string  `json:"title,omitempty" maxLength:"1000"`
	Secrecy    string  `json:"secrecy,omitempty" enum:",mat,toi_mat,tuyet_mat" doc:"of such a paper only number, date and kept_at are stored"`
	KeptAt     string  `json:"kept_at,omitempty" maxLength:"300"`
	Targets    []id.ID `json:"targets,omitempty" maxItems:"20"`
	Parts      []Part  `json:"parts,omitempty" maxItems:"30"`
}

func (p Paper) document() Document {
	return Document{Kind: p.Kind, Number: p.Number, Issuer: p.Issuer, IssuerName: p.IssuerName, IssuedOn: p.IssuedOn, Title: p.Title,
		Secrecy: p.Secrecy, KeptAt: p.KeptAt, Targets: p.Targets, Parts: p.Parts}
}

type registerIn struct {
	Body struct {
		ID   id.ID `json:"id,omitempty" doc:"made by the client: the same id sent twice makes one document"`
		Unit id.ID `json:"unit" doc:"keeps it in its register"`
		Paper
	}
}

func (s *Service) apiRegister(ctx context.Context, who access.Actor, in *registerIn) (Document, error) {
	d := in.Body.document()
	d.ID, d.Unit = in.Body.ID, in.Body.Unit
	if d.ID == 0 {
		d.ID = id.New()
	}
	return s.Register(ctx, who, d)
}

type documentIn struct {
	Document web.Ref `path:"document"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *documentIn) (View, error) {
	return s.Show(ctx, who, in.Document.ID)
}

type editIn struct {
	Document web.Ref `path:"document"`
	Body     Paper
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *editIn) (Document, error) {
	d := in.Body.document()
	d.ID = in.Document.ID
	return s.Edit(ctx, who, d)
}

type coverIn struct {
	Document web.Ref `path:"document"`
	Level    string  `query:"level" maxLength:"40" doc:"brings the units of this level; without it those of the main levels"`
}

type coverOut struct {
	Items []Coverage `json:"items"`
}

func (s *Service) apiCover(ctx context.Context, who access.Actor, in *coverIn) (out coverOut, err error) {
	out.Items, err = s.Cover(ctx, who, in.Document.ID, in.Level)
	return out, err
}

type linkIn struct {
	Document web.Ref `path:"document"`
	Target   web.Ref `path:"target"`
}

func (s *Service) apiLink(ctx context.Context, who access.Actor, in *linkIn) (web.Empty, error) {
	return web.Empty{}, s.Link(ctx, who, in.Document.ID, in.Target.ID)
}

func (s *Service) apiUnlink(ctx context.Context, who access.Actor, in *linkIn) (web.Empty, error) {
	return web.Empty{}, s.Unlink(ctx, who, in.Document.ID, in.Target.ID)
}

type attachIn struct {
	Document web.Ref `path:"document"`
	File     web.Ref `path:"file" doc:"a new id: the same one sent twice keeps one file"`
	Name     string  `query:"name" required:"true" maxLength:"300"`
	RawBody  []byte  `contentType:"application/octet-stream"`
}

func (s *Service) apiAttach(ctx context.Context, who access.Actor, in *attachIn) (File, error) {
	return s.Attach(ctx, who, File{ID: in.File.ID, Document: in.Document.ID, Name: in.Name}, bytes.NewReader(in.RawBody))
}

type fileIn struct {
	Document web.Ref `path:"document"`
	File     web.Ref `path:"file"`
}

func (s *Service) apiFile(ctx context.Context, who access.Actor, in *fileIn) (web.File, error) {
	f, body, err := s.Open(ctx, who, in.Document.ID, in.File.ID)
	if err != nil {
		return web.File{}, err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		err = fmt.Errorf("read file: %w", err)
	}
	return web.File{Name: f.Name, Type: f.Type, Body: data}, err
}

func (s *Service) apiRemove(ctx context.Context, who access.Actor, in *fileIn) (web.Empty, error) {
	return web.Empty{}, s.RemoveFile(ctx, who, in.Document.ID, in.File.ID)
}
