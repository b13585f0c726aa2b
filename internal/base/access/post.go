package access

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Post is a title at a unit, "Bí thư chi bộ", with the role that its holder has.
type Post struct {
	ID    id.ID  `json:"id"`
	Unit  id.ID  `json:"unit"`
	Title string `json:"title"`
	Role  Role   `json:"role"`
}

func scanPost(scan func(...any) error) (p Post, err error) {
	err = scan(&p.ID, &p.Unit, &p.Title, &p.Role)
	return p, err
}

// FindPost loads a post that was not ended. Fault: Missing.
func FindPost(ctx context.Context, tx db.Tx, post id.ID) (Post, error) {
	return db.One(ctx, tx, scanPost, `select id, unit, title, role from access_post where id = $1 and ended_at is null`, post)
}

// Posts of a unit that were not ended, in the order of their making.
func Posts(ctx context.Context, tx db.Tx, unit id.ID) ([]Post, error) {
	return db.All(ctx, tx, scanPost, `select id, unit, title, role from access_post where unit = $1 and ended_at is null order by id`, unit)
}

// AddPost stores a post.
func AddPost(ctx context.Context, tx db.Tx, p Post, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into access_post (id, unit, title, role, created_at, created_by) values ($1, $2, $3, $4, $5, $6)`,
		p.ID, p.Unit, p.Title, p.Role, at, by)
	return err
}

// EndPost takes a post away; its grants are the caller's to end.
func EndPost(ctx context.Context, tx db.Tx, post id.ID, at int64) error {
	_, err := tx.ExecContext(ctx, `update access_post set ended_at = $2 where id = $1`, post, at)
	return err
}
