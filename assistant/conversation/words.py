"""What the assistant says of itself in a conversation, in Chinese and in English. Knows nothing of when it is said."""

from __future__ import annotations

_TEXTS = {
    "zh": {
        "greeting": "您好！我从已收录的{n}份文件里找答案，每句话都标明原文出处。请直接用平常的话提问。",
        "thanks": "不客气。还有别的问题，请接着问。",
        "goodbye": "再见。需要查政策时，随时来问。",
        "identity": "我是“溯源”，一个政策问答程序。我只用已收录的{n}份文件里的话回答，"
        "每一句都标有序号，点开就是原文；文件里没有的，我会直说没有。",
        "abilities": "我可以回答已收录的{n}份文件里写了的事：数额、期限、条件、材料、由谁负责等，并标明出自哪份文件的哪一处。\n"
        "也可以问“有哪些文件”“最近有什么新文件”；看完一个回答，可以接着说“说详细点”“依据是什么”“第二条具体怎么办”“不是甲，是乙”。\n"
        "文件里没有的，我不会编。",
        "count": "已收录{n}份文件。",
        "documents": "已收录{n}份文件：",
        "issued_by": "{subject}的文件有{n}份：",
        "about": "标题里有“{subject}”的文件有{n}份：",
        "recent": "按成文日期，较新的文件有：",
        "undated": "已收录的{n}份文件都没有标明成文日期，排不出新旧：",
        "page": "接着列出：",
        "left": "另有{n}份没有列出，说“还有吗”可以接着看，全部在“文件”页。",
        "no_more": "文件已经列完了，一共{n}份。",
        "empty": "还没有收录文件。",
        "noise": "没有看懂这句话。请用一句平常的话说出想知道的事，比如问某项政策的标准、条件或者期限。",
        "complaint": "请指出是哪里不对：是地方、年份，还是问的对象？例如直接说“我问的是另一个区”“不是去年，是今年的”。也可以换个说法再问。",
        "complaint_cited": "上一个回答依据的是下面的原文，请核对：",
        "nothing_before": "前面还没有问答。请先问一个问题，再让我补充或者解释。",
        "nothing_cited": "上一个回答没有引用原文，没有可以展开的内容。请换个说法再问一次。",
        "rephrase": "我只摘录文件里的话，不另作解释。原文完整的说法是：",
        "evidence": "依据是这些原文，点开序号可以核对：",
    },
    "en": {
        "greeting": "Hello! I answer from the {n} indexed documents and show the source of every sentence. Just ask.",
        "thanks": "You are welcome. Ask on if there is more.",
        "goodbye": "Goodbye. Come back whenever you need to look something up.",
        "identity": "I am Suyuan, a program that answers questions about policy documents. I only use the words of the {n} indexed "
        "documents; every sentence carries a number that opens its source, and what is not in them I say is not there.",
        "abilities": "I answer what the {n} indexed documents say: amounts, deadlines, conditions, papers needed, who is in "
        "charge, each with its place in the source.\nYou can also ask which documents there are and which are new; after an "
        "answer, ask for more details, for its source, or correct me.\nWhat is not in the documents I do not make up.",
        "count": "{n} documents are indexed.",
        "documents": "{n} documents are indexed:",
        "issued_by": "{n} document(s) of {subject}:",
        "about": "{n} document(s) with “{subject}” in the title:",
        "recent": "The newest documents by date of issue:",
        "undated": "None of the {n} documents says when it was issued, so they cannot be put in order:",
        "page": "The next ones:",
        "left": "{n} more are not listed here; ask for more, or see the Documents page.",
        "no_more": "That was the whole list of {n}.",
        "empty": "No documents are indexed yet.",
        "noise": "I could not make sense of that. Please say in a plain sentence what you want to know.",
        "complaint": "Please say what is wrong: the place, the year, or what was asked about? Or ask again in other words.",
        "complaint_cited": "The last answer rests on these words; please check them:",
        "nothing_before": "Nothing has been asked yet. Ask a question first.",
        "nothing_cited": "The last answer quoted nothing, so there is nothing to unfold. Please ask again in other words.",
        "rephrase": "I quote documents and do not rephrase them. The whole of what they say is:",
        "evidence": "It rests on these words; the numbers open the source:",
    },
}


def conversation_words(language: str, key: str, **values: object) -> str:
    """One text of this module in the language set."""
    return _TEXTS["en" if language == "en" else "zh"][key].format(**values)
