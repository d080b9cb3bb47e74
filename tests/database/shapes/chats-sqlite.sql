CREATE TABLE conversations ( id VARCHAR(32) NOT NULL, owner VARCHAR(200) NOT NULL, title VARCHAR(200) NOT NULL, created DATETIME NOT NULL, updated DATETIME NOT NULL, PRIMARY KEY (id) );
CREATE INDEX ix_conversations_owner ON conversations (owner);
CREATE TABLE sign_ins ( token VARCHAR(64) NOT NULL, user VARCHAR(100) NOT NULL, until DATETIME NOT NULL, PRIMARY KEY (token) );
CREATE TABLE turns ( id VARCHAR(32) NOT NULL, conversation VARCHAR(32) NOT NULL, position INTEGER NOT NULL, question TEXT NOT NULL, status VARCHAR(20) NOT NULL, answer TEXT NOT NULL, words TEXT NOT NULL, asked DATETIME NOT NULL, PRIMARY KEY (id), FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE );
CREATE INDEX turns_in_order ON turns (conversation, position);
CREATE TABLE feedback ( turn VARCHAR(32) NOT NULL, verdict VARCHAR(20) NOT NULL, comment TEXT NOT NULL, given DATETIME NOT NULL, PRIMARY KEY (turn), FOREIGN KEY(turn) REFERENCES turns (id) ON DELETE CASCADE );
